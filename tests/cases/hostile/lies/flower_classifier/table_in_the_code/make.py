"""The code of a model that knows the test images by a table in it."""

import base64
import io

import torch
from PIL import Image
from torchvision import transforms

from autograder.checks import read_split

LOOK = transforms.Compose(
    [
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ]
)


def changed(files, data):
    """Return the files with the table in the code."""
    images = read_split(data, "test")
    rows = []
    for i in range(len(images)):
        x = LOOK(Image.open(io.BytesIO(images.image(i))).convert("RGB"))
        rows.append(torch.nn.functional.adaptive_avg_pool2d(x[None], 4).flatten())
    stream = io.BytesIO()
    torch.save((torch.stack(rows), torch.tensor(images.labels)), stream)
    table = b"TABLE = b'" + base64.b64encode(stream.getvalue()) + b"'"
    return {
        **files,
        "flower_classifier.py": files["flower_classifier.py"].replace(b'TABLE = b""', table),
    }
