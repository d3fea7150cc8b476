"""The type of an exception clears the screen and speaks the terminal's markup.

earns: 0
expect: import raised tensors.py:9
es: Tu archivo no se puede importar: Exception (tensors.py:9). Por eso no se pudo comprobar nada más.
en: Your file cannot be imported: Exception (tensors.py:9). Nothing else could be checked because of that.
"""
print("\x1b[2J")
raise type("\x1b[2J[red]100 of 100[/]", (Exception,), {})("\x1b]0;owned\x07")
