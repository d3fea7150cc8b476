"""A student's network or training as data: a list of tensor operations, recorded and replayed."""
