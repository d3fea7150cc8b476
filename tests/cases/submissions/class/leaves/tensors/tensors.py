"""Importing the file ends the process.

earns: 0
expect: import crashed
es: Importar tu archivo no terminó bien, y por eso no se pudo comprobar nada más. El proceso que ejecutaba tu código terminó de golpe (por ejemplo, por os._exit o un fallo de memoria).
en: Importing your file did not end well, and nothing else could be checked because of that. The process that ran your code ended abruptly (os._exit or a memory fault, for example).
"""
import os

os._exit(0)
