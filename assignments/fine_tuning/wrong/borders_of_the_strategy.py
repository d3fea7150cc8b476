# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""1,000 images count as few, and 10,000 as many."""


def choose_strategy(num_samples):
    if num_samples <= 1000:
        return "feature_extraction"
    elif num_samples < 10000:
        return "last_layers"
    else:
        return "full"
