# told: process 9, process 10, process 11, process 13
"""Processes are told, whatever the import calls them; asking how many cores there are starts none."""

import os
import subprocess as sp
from multiprocessing import Pool, cpu_count
import torch.multiprocessing as mp

sp.run(["nvidia-smi"])
os.system("ls")
with Pool(cpu_count()) as pool:
    pass
mp.spawn(print)
mp.set_start_method("spawn", force=True)
if __name__ == "__main__":
    os.fork()
