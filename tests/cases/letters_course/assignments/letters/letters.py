# %% [markdown]
# # Letras
#
# Dos funciones sobre palabras.

# %%
"""Two functions on words."""


# %%
def count_vowels(word):
    """How many of the letters a, e, i, o, u a word has."""
    raise NotImplementedError("Vocales")


# %%
def is_palindrome(word):
    """Whether a word reads the same from behind."""
    raise NotImplementedError("Espejo")
