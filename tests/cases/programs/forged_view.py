"""The recorder is replaced: the program reads beyond its tensor."""

import json
import sys

from torch import nn

DOCUMENT = {
    "inputs": [["", [2, 4], "float32", False, False]],
    "tensors": [],
    "constants": [],
    "operations": [["aten.as_strided.default", [{"t": 0}, [2, 4], [4, 1], 1000], {}, [1], True]],
    "specs": [[[2, 4], "float32"], [[2, 4], "float32"]],
    "result": 1,
    "result_type": "Tensor",
}
sys.modules["autograder.programs.networks"].record = lambda *_: {
    "recording": {"program": json.dumps(DOCUMENT).encode(), "constants": []}
}


class Network(nn.Module):
    pass
