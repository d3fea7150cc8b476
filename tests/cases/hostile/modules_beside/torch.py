"""Not torch."""

HOST = {}
open(HOST["mine"] + "/torch", "w").close()
