# expect: denied
"""A system call by its number on another architecture."""

import ctypes
import mmap
import platform

INT_80 = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"  # mov eax, 20 (getpid on i386); int 0x80; ret


def attack(host):
    if platform.machine() != "x86_64":
        ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000))
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(INT_80)
    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
