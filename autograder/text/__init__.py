"""Text for people: sentences from YAML, sanitizing, suggestions, numbers and the console."""
