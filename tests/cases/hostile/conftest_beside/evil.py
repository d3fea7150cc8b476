"""A plugin for whoever has this folder on its path."""

HOST = {}
open(HOST["mine"] + "/plugin", "w").close()
