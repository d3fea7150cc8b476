# told: newer 5, newer 6, newer 11
"""Names that came with a later Python, but for those that the code does without."""

import itertools
from typing import override
for batch in itertools.batched("ab", 2):
    pass
try:
    from warnings import deprecated
except ImportError:
    from copy import replace
