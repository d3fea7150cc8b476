# ends: denied, fails
"""Five thousand parameters of one number: the judge asks for their values and sends them on."""

import json
import sys

import torch
from torch import nn

COUNT = 5_000
DOCUMENT = {
    "inputs": [["", [2, 4], "float32", False, False]],
    "tensors": [[f"p{i}", [1], "float32", True, True] for i in range(COUNT)],
    "constants": [],
    "operations": [["aten.add.Tensor", [{"t": 0}, {"t": 1}], {}, [COUNT + 1], True]],
    "specs": [[[2, 4], "float32"], *[[[1], "float32"]] * COUNT, [[2, 4], "float32"]],
    "result": COUNT + 1,
    "result_type": "Tensor",
}
_networks = sys.modules["autograder.programs.networks"]
_networks.record = lambda *_: {"recording": {"program": json.dumps(DOCUMENT).encode(), "constants": []}}
_networks.first_values = lambda *args: {name: torch.zeros(1) for name in args[-1]}


class Network(nn.Module):
    pass
