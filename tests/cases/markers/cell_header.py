# says: 2: expected `# %%`, `# %% [markdown]`, then key="value" pairs
# %% criteria=code.double
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
