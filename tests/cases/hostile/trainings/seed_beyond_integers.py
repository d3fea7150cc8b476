# ends: denied
"""The program seeds the generator with more digits than a machine has, and with a text."""

import json
import sys

trainings = sys.modules["autograder.programs.trainings"]
_record = trainings.record


def _forged(*args):
    answer = _record(*args)
    document = json.loads(answer["recording"]["program"])
    document["operations"] = [
        ["random.manual_seed.default", [seed], {}, [], True] for seed in (2**90, "os.system")
    ]
    answer["recording"]["program"] = json.dumps(document).encode()
    answer["marks"] = [["end", 0, {}]]
    return answer


trainings.record = _forged


def train(model, loader, val_loader):
    return []
