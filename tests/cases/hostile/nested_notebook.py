# ends: import raised
# earns: 0
# hands in: tensors.ipynb b'{"cells":' + b"[" * 60_000
"""A notebook of sixty thousand brackets."""
