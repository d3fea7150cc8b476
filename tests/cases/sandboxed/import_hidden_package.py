# expect: 'ModuleNotFoundError'
"""A package that this assignment hides."""


def attack(host):
    try:
        import torchvision
    except ImportError as error:
        return type(error).__name__
    return torchvision.__version__
