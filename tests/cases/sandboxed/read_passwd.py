# expect: 'PermissionError'
"""The users of the machine."""


def attack(host):
    try:
        with open("/etc/passwd") as file:
            return file.read()
    except OSError as error:
        return type(error).__name__
