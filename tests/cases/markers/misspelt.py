# says: 3: '### BEGIN SOLUTOIN' is no marker, and what follows would be released; expected ### BEGIN SOLUTION or ### END SOLUTION; did you mean '### BEGIN SOLUTION'?
def double(x):
    ### BEGIN SOLUTOIN
    return 2 * x
