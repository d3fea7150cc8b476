# ends: import raised
# earns: 0
# hands in: tensors.py b"import os\n\0\0os._exit(0)\n"
"""A file that ends at a NUL byte for some readers, and goes on for others."""
