"""An autograding harness for a deep-learning course week."""

__version__ = "0.1.0"
