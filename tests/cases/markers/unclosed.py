# says: 3: the file ends before this region does; add ### END SOLUTION
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
