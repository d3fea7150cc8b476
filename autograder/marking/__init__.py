"""Marking: what people decide, changed under one lock, and the reports that follow from it."""
