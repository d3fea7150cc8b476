"""Integrations with other systems: nbgrader's commands and its gradebook."""
