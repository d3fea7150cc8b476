# expect: missing
"""What it would leave behind for the end of the interpreter."""

import atexit
import os


class Leftover:
    def __del__(self):
        os.write(3, b"forged")


atexit.register(os.write, 3, b"forged")
leftover = Leftover()
raise SystemExit
