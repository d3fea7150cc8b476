"""Flowers-102 on disk: read by its lists, fetched from the web, or drawn."""
