"""Not pytest."""

HOST = {}
open(HOST["mine"] + "/pytest", "w").close()
