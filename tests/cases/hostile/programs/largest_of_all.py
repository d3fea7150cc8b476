# ends: answered, denied, fails, timeout
"""As many operations as are allowed, on the input itself: each recording and each replay runs them all."""

import json
import sys

from torch import nn

COUNT = 60_000
DOCUMENT = {
    "inputs": [["", [2, 4], "float32", False, False]],
    "tensors": [],
    "constants": [],
    "operations": [["aten.relu_.default", [{"t": 0}], {}, [0], True]] * COUNT,
    "specs": [[[2, 4], "float32"]],
    "result": 0,
    "result_type": "Tensor",
}
sys.modules["autograder.programs.networks"].record = lambda *_: {
    "recording": {"program": json.dumps(DOCUMENT).encode(), "constants": []}
}


class Network(nn.Module):
    pass
