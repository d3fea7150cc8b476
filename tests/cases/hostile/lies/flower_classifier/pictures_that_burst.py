# loses: product.analysis.training_curves
# artifacts: no_checkpoint
# hands in: training_curves.png b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0" + __import__("zlib").crc32(b"IHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0").to_bytes(4, "big") + b"\0\0\x03\xe8IDAT" + bytes(1000) + b"abcd"
# hands in: confusion_matrix.png b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
# earns: 2
"""A picture that says it has 3.6 thousand million pixels, and one that is a page with a script."""


def create_model(num_classes=102, pretrained=True):
    return None
