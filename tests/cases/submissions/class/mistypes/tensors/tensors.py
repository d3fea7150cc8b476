"""The file is no Python: one finding, and nothing else can be checked.

earns: 0
expect: import raised tensors.py:13
es: Tu archivo no se puede importar: SyntaxError (tensors.py:13): `expected ':'`. Por eso no se pudo comprobar nada más.
en: Your file cannot be imported: SyntaxError (tensors.py:13): `expected ':'`. Nothing else could be checked because of that.
expect: test_double blocked
es: No se comprobó: antes debe funcionar «importar tu archivo».
en: Not checked: “importing your file” has to work first.
"""


def double(x)
    return 2 * x
