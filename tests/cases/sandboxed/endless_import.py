# expect: timeout
"""An import that never ends."""

while True:
    pass
