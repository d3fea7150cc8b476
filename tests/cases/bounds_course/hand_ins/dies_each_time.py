# ends: test_pair[0] crashed, test_pair[1] crashed, test_pair[2] crashed, test_pair[3] crashed, test_pair[4] crashed, test_pair[5] crashed, test_table passed
# earns: 8
"""Takes its time to be imported, and dies when asked: the third time nobody asks."""
import os
import time

time.sleep(0.4)


def pair(n):
    os._exit(0)
