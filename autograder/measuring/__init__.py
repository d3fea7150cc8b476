"""Measuring: test images, pretrained weights, and the accuracy that a model reaches."""
