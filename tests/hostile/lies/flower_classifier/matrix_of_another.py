# loses: product.analysis.confusion_matrix
# upon: solution
# artefacts: other_confusion
"""The matrix that is handed in is that of a better model."""
