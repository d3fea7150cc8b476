# says: 3: a region outside any function: the stub would fail when it is imported
# %% criteria="code.double"
### BEGIN SOLUTION
TWO = 2
### END SOLUTION
