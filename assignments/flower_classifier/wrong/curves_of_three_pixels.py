# loses: product.analysis.training_curves
# artifacts: specks
# base: right/better_than_validation.py
"""The picture of the curves is white but for three pixels, and for noise that nobody sees."""
