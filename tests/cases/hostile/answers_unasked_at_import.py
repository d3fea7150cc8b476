# ends: import denied
# earns: 0
"""An answer that says all is well lies on the wire before the import is over."""

import json
import os

header = json.dumps({"blobs": [], "value": {"dict": [["id", 0], ["value", {"dict": []}]]}}).encode()
os.write(3, len(header).to_bytes(4, "little") + header)
