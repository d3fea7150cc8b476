# says: 3: an empty region; write the solution between the markers
def double(x):
    ### BEGIN SOLUTION

    # to be done
    ### END SOLUTION
