"""Connections to other systems: nbgrader and its gradebook."""
