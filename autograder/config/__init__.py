"""The course as YAML states it: grading.yml with its rubric, and what the graders cover."""
