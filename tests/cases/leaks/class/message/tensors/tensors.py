"""Messages, notes, causes, groups and warnings quote the inputs."""
import warnings


def tell(*secrets):
    text = f"{secrets!r} {secrets}"
    warnings.warn(text)
    error = ValueError(text)
    error.add_note(text)
    error.name = error.filename = text
    raise ExceptionGroup(text, [error]) from KeyError(text)


double = total = mean = tell
