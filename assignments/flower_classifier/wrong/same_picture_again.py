# loses: product.analysis.confusion_matrix
# artifacts: same_picture_again
# base: right/better_than_validation.py
"""The curves are handed in a second time as the matrix, saved anew with a comment in the file."""
