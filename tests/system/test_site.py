"""The pages of docs/ as a site: it builds without a warning, and no page needs the network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

import autograder
import autograder.checks
from tests.support.command_line import REPOSITORY, SECONDS

DOCS_EXTRA = ("material", "mkdocs", "mkdocstrings")
pytestmark = pytest.mark.skipif(
    any(find_spec(module) is None for module in DOCS_EXTRA),
    reason="the extra `docs` is not installed: pip install 'dl-course-autograder[docs]'",
)
FETCHED = {  # elements that a browser fetches by itself, with the attribute that has the address
    "audio": "src",
    "iframe": "src",
    "img": "src",
    "link": "href",
    "script": "src",
    "source": "src",
    "video": "src",
}
NOT_FETCHED = {"canonical", "next", "prev"}  # links that only state where a page is
FROM_CSS = re.compile(r"""(?:url\(|@import\s)\s*["']?(?:https?:)?//""")


class Addresses(HTMLParser):
    """The addresses that a page fetches by itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the address of an element that is fetched."""
        attributes = dict(attrs)
        relations = set((attributes.get("rel") or "").split())
        if tag in FETCHED and not relations & NOT_FETCHED:
            self.addresses.append(attributes.get(FETCHED[tag]) or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site as `make docs` does, where no address can be reached, and return it."""
    folder = tmp_path_factory.mktemp("site")
    ended = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=REPOSITORY,
        env={**os.environ, "https_proxy": "http://127.0.0.1:1", "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    return folder


def test_every_page_is_in_the_site(site: Path) -> None:
    """Each Markdown file below docs/ is a page."""
    docs = REPOSITORY / "docs"
    pages = {path.relative_to(docs).with_suffix(".html") for path in docs.rglob("*.md")}
    assert {page.as_posix() for page in pages if not (site / page).is_file()} == set()


def test_no_page_asks_for_anything_from_outside(site: Path) -> None:
    """Scripts, styles, fonts and pictures are all in the site."""
    outside = {
        f"{page.relative_to(site)}: {address}"
        for page in site.rglob("*.html")
        for address in Addresses(page.read_text(encoding="utf-8")).addresses
        if re.match(r"(?:[a-z]+:)?//", address)
    }
    assert outside == set()
    styles = [path for path in site.rglob("*.css") if FROM_CSS.search(path.read_text("utf-8"))]
    assert styles == []


@pytest.mark.parametrize(("package", "page"), [(autograder, "api"), (autograder.checks, "checks")])
def test_every_public_name_is_in_the_reference(site: Path, package: ModuleType, page: str) -> None:
    """The page of each public API has all of its names."""
    text = (site / "reference" / f"{page}.html").read_text(encoding="utf-8")
    names = [name for name in package.__all__ if not name.startswith("_")]
    assert [name for name in names if f'id="{package.__name__}.{name}"' not in text] == []
