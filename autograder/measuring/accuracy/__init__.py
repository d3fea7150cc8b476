"""Accuracy of a submitted model: measured on images that it gets without names or labels.

    test = read_split(run.data, "test")                        # of autograder.checks, as measure is
    measured = measure(
        lambda images: submission.run(probes.logits, images),  # list[bytes] -> (k, 102) logits
        test,
        mode=run.accuracy,                                     # "full" | "sequential"
        thresholds=thresholds_of(rubric.accuracy),
        lang=run.lang,
    )
    feedback.measured(measured.measurement)
    measured.predictions    # (total,) top-1 class of each image, in the list's order; -1: not asked

`measurement` says what a model is asked and which answers fail the check. This package imports
nothing, because pages need `recall` alone, without torch.
"""
