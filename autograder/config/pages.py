"""The key `pages` of grading.yml: what students' pages show beside their own results."""

from __future__ import annotations

import re

from autograder.config.yaml_nodes import YamlNode
from autograder.model import PageRules

# Nothing but a web address, so that a link on a page runs no code.
ADDRESS_PATTERN = re.compile(r"https?://[^\s\"'<>{}]+(?:\{assignment\}[^\s\"'<>{}]*)?")
EXPECTED_ADDRESS = "a web address such as https://example.org/{assignment}/README.md"


def read_pages(at: YamlNode) -> PageRules:
    """Return the rules under the key `pages`; add a problem for each wrong entry."""
    if not at.is_there:
        return PageRules()
    parts = at.fields(optional=("class_place", "handout"))
    handout = ""
    if parts["handout"].is_there:
        handout = parts["handout"].text()
        if handout and not ADDRESS_PATTERN.fullmatch(handout):
            parts["handout"].expect(EXPECTED_ADDRESS)
    is_shown = parts["class_place"].is_there and parts["class_place"].flag()
    return PageRules(class_place=is_shown, handout=handout)
