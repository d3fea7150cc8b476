# expect: timeout
"""One call into C that holds the interpreter's lock for ages."""

import re


def attack(host):
    return re.match(r"(a|a)*b", "a" * 64) is None
