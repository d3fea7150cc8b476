"""Not json."""

HOST = {}
open(HOST["mine"] + "/json", "w").close()
