# ends: import raised
# earns: 0
"""sys.exit(0) at import, as if all had gone well."""

import sys

sys.exit(0)
