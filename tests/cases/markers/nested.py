# says: 4: a region within the region of line 3; close that first with ### END SOLUTION
def double(x):
    ### BEGIN SOLUTION
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
