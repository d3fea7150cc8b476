# loses: product.analysis.training_curves, product.analysis.confusion_matrix
# artifacts: photographs
# base: right/better_than_validation.py
"""The pictures are no charts: a person decides on both."""
