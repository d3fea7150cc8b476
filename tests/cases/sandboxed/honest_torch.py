# expect: 'done'
"""What ordinary code does with torch and numpy: threads, files, scripts, mapped arrays, callbacks from C."""

import ctypes

import numpy
import torch
from torch.utils.data import DataLoader, TensorDataset


def attack(host):
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU())
    torch.save(model.state_dict(), "m.pt")
    model.load_state_dict(torch.load("m.pt", weights_only=True, mmap=True))
    optimizer = torch.optim.AdamW(model.parameters())
    for (batch,) in DataLoader(TensorDataset(torch.rand(8, 3, 8, 8)), batch_size=4, shuffle=True):
        model(batch).sum().backward()
        optimizer.step()
    torch.set_num_threads(2)
    torch.rand(300, 300) @ torch.rand(300, 300)
    torch.set_num_threads(1)
    torch.jit.script(torch.nn.ReLU())(torch.ones(2))
    torch.linalg.svd(torch.rand(9, 9))
    mapped = numpy.memmap("m", dtype="f4", mode="w+", shape=(100,))
    mapped[:] = 1
    mapped.flush()
    assert ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x + 1)(1) == 2
    return "done"
