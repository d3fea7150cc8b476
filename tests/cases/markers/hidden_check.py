# says: 4: nothing hidden belongs into a source that is released; hidden checks lie in graders/
# says: 6: nothing hidden belongs into a source that is released; hidden checks lie in graders/
# %%
### BEGIN HIDDEN TEST
assert double(2) == 4
### END HIDDEN TEST
