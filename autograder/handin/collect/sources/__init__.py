"""Sources of hand-ins: one module for each LMS, tool or folder layout.

To add an LMS, write a module here that defines a `SourceType`, list it in `registry`, and add its
name to SOURCE_NAMES.
"""

# The names for `collect --from`; here, so that the command line does not load the modules.
SOURCE_NAMES = ("clones", "exchange", "gradescope", "moodle", "canvas", "submitted", "files")
