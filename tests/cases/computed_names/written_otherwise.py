# found: name _getframe 7, name f_back 8, name settrace 9, name f_locals 10
# f-strings, slices, replacements and names that are assigned before.
import sys

WORD = "frame"
HALF = "_get"
frame = getattr(sys, f"{HALF}{WORD}")(1)
frame = getattr(frame, "kcab_f"[::-1])
trace = sys.__dict__["setQ".replace("Q", "trace")]
kept = getattr(frame, "%s_%s" % ("f", "locals"))
