"""Results of earlier runs: what they depend on, and why one does not count any more."""
