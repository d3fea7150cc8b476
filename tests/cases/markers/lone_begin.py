# says: 4: the cell ends before this region does; add ### END SOLUTION
# %% criteria="code.double"
def double(x):
    ### BEGIN SOLUTION
    return 2 * x


# %% [markdown]
# Over.
