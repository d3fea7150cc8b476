"""Causes of exceptions in student code, told from their text and the file's outline."""
