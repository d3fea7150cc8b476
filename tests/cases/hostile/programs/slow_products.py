# ends: timeout
"""Every operation is allowed, and together they take days."""

import json
import sys

from torch import nn

SIDE = 2_000
DOCUMENT = {
    "inputs": [["", [2, 4], "float32", False, False]],
    "tensors": [],
    "constants": [],
    "operations": [
        ["aten.ones.default", [[SIDE, SIDE]], {}, [1], True],
        *([["aten.matmul.default", [{"t": 1}, {"t": 1}], {}, [2], True]] * 3_000),
        ["aten.relu.default", [{"t": 0}], {}, [3], True],
    ],
    "specs": [[[2, 4], "float32"], [[SIDE, SIDE], "float32"], [[SIDE, SIDE], "float32"], [[2, 4], "float32"]],
    "result": 3,
    "result_type": "Tensor",
}
sys.modules["autograder.programs.networks"].record = lambda *_: {
    "recording": {"program": json.dumps(DOCUMENT).encode(), "constants": []}
}


class Network(nn.Module):
    pass
