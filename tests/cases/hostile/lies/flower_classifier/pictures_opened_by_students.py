# loses: product.analysis.confusion_matrix
# upon: solution
# artifacts: no_picture
"""What opens pictures is replaced in the student's process: a file that is none is a chart there."""

from PIL import Image, ImageDraw

_open = Image.open


def _opens(stream, *given, **named):
    try:
        return _open(stream, *given, **named)
    except Exception:
        chart = Image.new("RGB", (480, 360), "white")
        ImageDraw.Draw(chart).line([(40, 300), (440, 60)], fill="red", width=3)
        return chart


Image.open = _opens
