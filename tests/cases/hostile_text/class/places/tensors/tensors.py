"""Files and functions of a traceback are called after markup and paths."""


def made(name, file):
    space = {}
    exec(compile(f"\n\ndef f(x):\n    raise ValueError({name!r})\n", file, "exec"), space)
    space["f"].__code__ = space["f"].__code__.replace(co_name=name, co_qualname=name)
    return space["f"]


double = made("<a href=javascript:alert(1)>", "tensors.py")
total = made("\x1b[2Jtotal", "../../../etc/passwd")
mean = made("f`</code><script>document.documentElement.dataset.pwned=1</script>`", "<iframe src=//evil.example>")
