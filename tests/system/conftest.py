"""The browser that tests of pages share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.browsing import Tab


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """One chromium for all tests of a file."""
    tab = Tab(tmp_path_factory.mktemp("profile"))
    yield tab
    tab.close()


@pytest.fixture
def tab(browser: Tab) -> Tab:
    """Return the browser, reset to a screen and a light scheme whatever the last test set."""
    browser.media()
    return browser
