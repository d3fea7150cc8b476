"""Causes of exceptions in student code, found by their text and the file's outline."""
