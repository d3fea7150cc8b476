# expect: denied
"""An end of its own, described as a mistake of the course."""

import sys

interpreter = sys.modules["autograder.sandbox.execution.interpreter"].Interpreter
interpreter.describe = lambda self, error: {
    "kind": "probe",
    "type": "NameError",
    "subject": "",
    "message": "not mine",
    "frames": [],
}
raise ValueError
