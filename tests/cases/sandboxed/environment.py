# expect: ['HOME', 'LANG', 'MPLBACKEND', 'OMP_NUM_THREADS', 'TMPDIR', 'TORCHINDUCTOR_CACHE_DIR', 'USER']
"""The environment, as Python and as C see it."""

import ctypes
import os


def attack(host):
    pointers = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    names = set(os.environ)
    for pointer in pointers:
        if pointer is None:
            return sorted(names)
        names.add(pointer.decode().split("=")[0])
