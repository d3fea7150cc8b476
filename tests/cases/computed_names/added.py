# found: name _getframe 5, name f_locals 6
# A name put together from two halves.
import sys

frame = getattr(sys, "_get" + "frame")(0)
notes = getattr(frame, "f_" + "locals")
