"""A class that the file does declare hides behind a homograph, and its qualified name and module are markup."""


class Pаsѕed(Exception):
    pass


Pаsѕed.__qualname__ = "<svg onload=document.documentElement.dataset.pwned=1>"
Pаsѕed.__module__ = "</p></li></ul><script>document.documentElement.dataset.pwned=1</script>"


def double(x):
    raise Pаsѕed("{{ 7 * 7 }} {% raise %} {0.__class__} %(student)s ${7*7} #{7*7} </pre><b>")


def total(x):
    raise Pаsѕed("\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\ \x1b]52;c;cm0gLXJm\x07")


def mean(x):
    raise Pаsѕed("10 of 10, graded\r[3/3] ana tensors: \u202e0 of 01\u2066")
