# ends: import raised
# earns: 0
# hands in: tensors.py "\ufeffdef mean(x):\n    return 0.0\n".encode("utf-16")
"""A file in another encoding than its reader's."""
