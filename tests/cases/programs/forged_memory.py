"""The recorder is replaced: the program takes more memory than there is."""

import json
import sys

from torch import nn

DOCUMENT = {
    "inputs": [["", [2, 4], "float32", False, False]],
    "tensors": [],
    "constants": [],
    "operations": [
        ["aten.expand.default", [{"t": 0}, [2, 4]], {}, [1], True],
        ["aten.repeat.default", [{"t": 1}, [1 << 30, 1 << 8]], {}, [2], True],
    ],
    "specs": [[[2, 4], "float32"], [[2, 4], "float32"], [[2, 4], "float32"]],
    "result": 2,
    "result_type": "Tensor",
}
sys.modules["autograder.programs.networks"].record = lambda *_: {
    "recording": {"program": json.dumps(DOCUMENT).encode(), "constants": []}
}


class Network(nn.Module):
    pass
