# loses: performance.fine_tuning.selective_freezing
# base: right/sequential_scheduler.py
"""The strategies have names of their own."""


def choose_strategy(num_samples):
    if num_samples > 10_000:
        return "full_fine_tuning"
    if num_samples >= 1_000:
        return "partial_fine_tuning"
    return "feature_extraction"
