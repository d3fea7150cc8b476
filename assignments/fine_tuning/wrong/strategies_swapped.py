# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""The more data, the less is trained: the rule is the wrong way round."""


def choose_strategy(num_samples):
    if num_samples < 1000:
        return "full"
    elif num_samples <= 10000:
        return "last_layers"
    else:
        return "feature_extraction"
