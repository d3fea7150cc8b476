"""File, function and line of a traceback are the inputs."""


def raiser(file, function, line):
    def f():
        raise ValueError

    f.__code__ = f.__code__.replace(co_filename=file, co_name=function, co_firstlineno=line)
    f()


def double(x, word):
    raiser("tensors.py", word, int(x[1]))


def total(values, name):
    raiser(name + ".py", name, 3)


def mean(x, word):
    space = {"x": 1}
    exec(compile("\n" * int(x[0]) + "1 / 0", "tensors.py", "exec"), space)
