# expect: []
"""What /proc knows of this process and of others."""


def attack(host):
    names = [
        "self/status",
        "self/maps",
        "self/environ",
        "1/cmdline",
        "cpuinfo",
        "mounts",
        f"{host['judge']}/cmdline",
    ]
    return [name for name in names if reads("/proc/" + name)]


def reads(name):
    try:
        with open(name) as file:
            return bool(file.read())
    except OSError:
        return False
