"""Flowers-102 on disk: read in an order of our own, fetched, or drawn."""
