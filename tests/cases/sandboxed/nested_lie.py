# expect: failed
"""A lie deep inside plain data."""


class Sly(str):
    def __eq__(self, other):
        return True


def attack(host):
    return {"weights": [1.0, (2, {"name": Sly("x")})]}
