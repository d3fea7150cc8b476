"""Sources of hand-ins: one module for each LMS, tool or folder layout.

To add an LMS, write a module here that defines a `SourceType`, and list it in `registry`.
"""
