# ends: test_mean failed
# -*- coding: utf-7 -*-
# earns: 7
"""An encoding in which the code that runs is not the code that is read: +AAo-def mean(x): return x.mean().item()"""


def mean(x):
    return 0.0  # +AAo-    return x.mean().item()
