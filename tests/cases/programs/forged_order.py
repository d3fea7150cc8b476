"""The recorder is replaced: the program uses a tensor before it is made."""

import json
import sys

from torch import nn

DOCUMENT = {
    "inputs": [["", [2, 4], "float32", False, False]],
    "tensors": [],
    "constants": [],
    "operations": [["aten.relu.default", [{"t": 1}], {}, [1], True]],
    "specs": [[[2, 4], "float32"], [[2, 4], "float32"]],
    "result": 1,
    "result_type": "Tensor",
}
sys.modules["autograder.programs.networks"].record = lambda *_: {
    "recording": {"program": json.dumps(DOCUMENT).encode(), "constants": []}
}


class Network(nn.Module):
    pass
