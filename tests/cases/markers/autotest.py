# says: 3: nothing hidden belongs into a source that is released; hidden checks lie in graders/
# %%
### AUTOTEST double(2)
