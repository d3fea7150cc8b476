# %% [markdown] lang="es"
# # Letras
#
# Dos funciones sobre palabras.

# %% [markdown] lang="en"
# # Letters
#
# Two functions on words.

# %%
"""Two functions on words."""


# %% criteria="letters.vowels"
def count_vowels(word):
    """How many of the letters a, e, i, o, u a word has."""
    ### BEGIN SOLUTION
    return sum(letter in "aeiou" for letter in word.lower())
    ### END SOLUTION


# %% criteria="letters.mirror"
def is_palindrome(word):
    """Whether a word reads the same from behind."""
    ### BEGIN SOLUTION
    return word.lower() == word.lower()[::-1]  # slicing turns it round
    ### END SOLUTION
