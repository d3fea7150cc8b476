# told:
"""Nothing is to be said of ordinary code, whatever it calls its names."""

import torch
import torch.nn as nn

type = "resnet"
models = {"a": 1}

class Process:
    def run(self): ...

Process().run()
match = [print(f"{type!r} {models['a']}")]
