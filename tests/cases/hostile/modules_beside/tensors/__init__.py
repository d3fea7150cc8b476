"""A package of the file's name, which Python prefers to the file."""

HOST = {}
open(HOST["mine"] + "/package", "w").close()
