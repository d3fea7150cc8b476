# %% [markdown] lang="es"
# # Tensores
#
# Tres funciones sobre tensores.

# %% [markdown] lang="en"
# # Tensors
#
# Three functions on tensors.

# %%
"""Three functions on tensors."""


# %% criteria="code.double"
def double(x):
    """Twice `x`, element by element."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% criteria="code.total"
def total(x):
    """The sum of all elements, as a float."""
    ### BEGIN SOLUTION
    return x.sum().item()  # item: a number, no tensor
    ### END SOLUTION


# %% criteria="code.mean"
def mean(x):
    """The mean of all elements, as a float."""
    ### BEGIN SOLUTION
    return total(x) / x.numel()
    ### END SOLUTION
