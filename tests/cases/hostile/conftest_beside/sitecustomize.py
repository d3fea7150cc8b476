"""Run by every Python that starts with this folder on its path."""

HOST = {}
open(HOST["mine"] + "/sitecustomize", "w").close()
