"""A tab of a headless chromium, driven over its debugging pipe, and the mark of the tests that need
one.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not on PATH"),
]
PATIENCE = 60  # seconds for the browser to answer; a hundred times what it needs
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=BackForwardCache",  # a page that is kept aside answers no question
    "--remote-debugging-pipe",
]


class Tab:
    """A tab of a headless chromium, driven over its debugging pipe; closing it ends the browser."""

    def __init__(self, profile: Path) -> None:
        # The browser reads commands from its descriptor 3 and answers on 4.
        ours, theirs = os.pipe(), os.pipe()
        inside = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in (ours[0], theirs[1])]
        self._process = subprocess.Popen(
            ["chromium", *FLAGS, f"--user-data-dir={profile}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=False,  # ours are close-on-exec; only 3 and 4 are not
            preexec_fn=lambda: (os.dup2(inside[0], 3), os.dup2(inside[1], 4)),
        )
        for fd in (ours[0], theirs[1], *inside):
            os.close(fd)
        self._to: BinaryIO = os.fdopen(ours[1], "wb", buffering=0)
        self._from = theirs[0]
        self._left = b""
        self._sent = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        self.open_another()

    def open_another(self) -> str:
        """Open one more tab of the same browser, go on in it, and return its name for `use`."""
        self._session = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.ask(f"{domain}.enable")
        self.ask("Page.setLifecycleEventsEnabled", enabled=True)
        return self.name

    @property
    def name(self) -> str:
        """The name of the tab in use."""
        assert self._session is not None
        return self._session

    def use(self, name: str) -> None:
        """Go on in another tab."""
        self._session = name

    def close(self) -> None:
        """End the browser."""
        self._to.close()
        os.close(self._from)
        self._process.kill()
        self._process.wait()

    def ask(self, method: str, **params: Any) -> Any:
        """Give one command and wait for its answer."""
        message = self._answer(method, **params)
        assert "error" not in message, message
        return message["result"]

    def _answer(self, method: str, **params: Any) -> dict[str, Any]:
        self._sent += 1
        command = {"id": self._sent, "method": method, "params": params}
        if self._session:
            command["sessionId"] = self._session
        self._to.write(json.dumps(command).encode() + b"\0")
        while (message := self._message()).get("id") != self._sent:
            self.events.append(message)
        return message

    def _message(self) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while b"\0" not in self._left:
            ready, _, _ = select.select([self._from], [], [], max(0, end - time.monotonic()))
            more = os.read(self._from, 1 << 16) if ready else b""
            assert more, "chromium ended or did not answer"
            self._left += more
        message, _, self._left = self._left.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    def show(self, page: Path, *, width: int = 1200, anchor: str = "") -> None:
        """Open `page` in a window of `width` CSS pixels, and wait until it has loaded."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=800,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.load(
            "about:blank"
        )  # else an address that differs in its anchor alone would not load again
        self.events.clear()
        self.load(page.as_uri() + anchor)

    def load(self, url: str) -> None:
        """Go to an address, and wait until it has loaded."""
        loader = self.ask("Page.navigate", url=url)["loaderId"]
        while not any(self._is_load_of(loader, event) for event in self.events):
            self.events.append(self._message())

    def follow(self, act: Callable[[], object]) -> None:
        """Do what leads the tab to another page, and wait until that has loaded."""
        seen = len(self.events)
        act()
        while not any(self._is_load(event) for event in self.events[seen:]):
            self.events.append(self._message())

    def _is_load(self, event: dict[str, Any]) -> bool:
        told = event.get("params", {})
        is_own = event.get("sessionId") == self._session
        return is_own and event["method"] == "Page.lifecycleEvent" and told["name"] == "load"

    @staticmethod
    def _is_load_of(loader: str, event: dict[str, Any]) -> bool:
        told = event.get("params", {})
        return event["method"] == "Page.lifecycleEvent" and (told["name"], told["loaderId"]) == (
            "load",
            loader,
        )

    def value(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait_for(self, condition: str) -> None:
        """Wait until a JavaScript expression is true of the page, on the one that it leads to if it
        moves on.
        """
        promise = f"""new Promise((done) => {{
          const look = () => {{ ({condition}) ? done() : setTimeout(look, 20); }};
          look();
        }})"""
        answer: dict[str, Any] = {"error": "not asked yet: navigated"}
        while "navigated" in str(answer.get("error")):
            answer = self._answer("Runtime.evaluate", expression=promise, awaitPromise=True)
        assert "exceptionDetails" not in answer["result"], answer

    def type(self, selector: str, text: str) -> None:
        """Type into an input, and leave it."""
        self.value(f"document.querySelector({json.dumps(selector)}).focus()")
        self.ask("Input.insertText", text=text)
        self.value("document.activeElement.blur()")

    def press(self, key: str, *, ctrl: bool = False) -> None:
        """Press a key, such as `s`, `?`, `Enter`, `Escape` or `Tab`."""
        codes = {"Enter": 13, "Escape": 27, "Tab": 9}
        shared: dict[str, Any] = {"key": key, "modifiers": 2 if ctrl else 0}
        if key in codes:
            shared["windowsVirtualKeyCode"] = codes[key]
        text = {} if ctrl or key in codes else {"text": key}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **shared, **text)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **shared)

    def insert(self, text: str) -> None:
        """Type a text where the cursor is."""
        self.ask("Input.insertText", text=text)

    def media(self, kind: str = "screen", scheme: str = "light") -> None:
        """Show the page on another medium, or to someone who prefers another colour scheme."""
        self.ask(
            "Emulation.setEmulatedMedia",
            media=kind,
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
