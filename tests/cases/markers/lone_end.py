# says: 3: no region is open here; remove it, or add ### BEGIN SOLUTION above
# %%
### END SOLUTION
