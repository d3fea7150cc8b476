"""A cluster: hand-ins graded by the nodes of a Dask cluster, with the same bytes as on one machine.

The head sends a course once to each node, and then hand-ins as bytes; score sheets come back as
the text of result files. Nodes are trusted machines: they hold graders and solutions.
"""
