"""Patches of tqdm and matplotlib (runs inside): they work without Jupyter and without a screen."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Container
from types import ModuleType

HEADLESS_BACKEND = "agg"  # of matplotlib: it draws into memory
OLD_STYLE_PREFIX = "seaborn"  # of the names of matplotlib's styles before version 3.6
NEW_STYLE_PREFIX = "seaborn-v0_8"
PATCHED_MARK = "__adapted__"  # the name that a patched module gets


def adapt(package: str) -> None:
    """Patch what is imported of a package, where it needs that and was not patched yet."""
    if package == "tqdm":
        _patch_tqdm()
    elif package == "matplotlib":
        for name, patch in MATPLOTLIB_PATCHES.items():
            module = sys.modules.get(name)
            if module is not None and PATCHED_MARK not in vars(module):
                vars(module)[PATCHED_MARK] = True
                patch(module)


class _NotebookBars(ModuleType):
    """A module in the place of tqdm.notebook."""


def _patch_tqdm() -> None:
    """Replace the bars of tqdm.notebook, which need Jupyter's widgets, by those of a terminal."""
    if isinstance(sys.modules.get("tqdm.notebook"), _NotebookBars):
        return
    try:
        tqdm = importlib.import_module("tqdm")
    except ImportError:
        return
    terminal_bar = vars(tqdm)["tqdm"]
    bars = _NotebookBars("tqdm.notebook")
    methods = {"__init__": _without_display(terminal_bar.__init__)}
    bar = type("tqdm", (terminal_bar,), methods)

    def range_bar(*args: int, **kwargs: object) -> object:
        return bar(range(*args), **kwargs)

    vars(bars).update(tqdm=bar, tqdm_notebook=bar, trange=range_bar, tnrange=range_bar)
    vars(bars)["__all__"] = ["tnrange", "tqdm", "tqdm_notebook", "trange"]
    vars(tqdm).update(notebook=bars, tqdm_notebook=bar, tnrange=range_bar)
    sys.modules["tqdm.notebook"] = bars


def _without_display(init: Callable[..., None]) -> Callable[..., None]:
    """Return an `__init__` that accepts the argument `display` of notebooks, and ignores it."""

    def __init__(self: object, *args: object, display: bool = True, **kwargs: object) -> None:  # noqa: N807
        init(self, *args, **kwargs)

    return __init__


def _patch_matplotlib(module: ModuleType) -> None:
    """Let `matplotlib.use` choose the backend that needs no screen, whatever is asked for."""
    use: Callable[..., None] = vars(module)["use"]
    vars(module)["use"] = lambda *_, **__: use(HEADLESS_BACKEND)


def _patch_pyplot(module: ModuleType) -> None:
    """Let `switch_backend` choose the backend that needs no screen, whatever is asked for."""
    switch: Callable[..., None] = vars(module)["switch_backend"]
    vars(module)["switch_backend"] = lambda *_: switch(HEADLESS_BACKEND)


def _patch_style(module: ModuleType) -> None:
    """Let `style.use` find seaborn's styles by their old names too."""
    use: Callable[[object], None] = vars(module)["use"]

    def use_renamed(style: object) -> None:
        styles = list(style) if isinstance(style, (list, tuple)) else [style]
        known = vars(module)["library"]
        use([_new_style_name(each, known) for each in styles])

    vars(module)["use"] = use_renamed


def _new_style_name(style: object, known: Container[object]) -> object:
    if not isinstance(style, str) or not style.startswith(OLD_STYLE_PREFIX) or style in known:
        return style
    return NEW_STYLE_PREFIX + style.removeprefix(OLD_STYLE_PREFIX)


MATPLOTLIB_PATCHES: dict[str, Callable[[ModuleType], None]] = {
    "matplotlib": _patch_matplotlib,
    "matplotlib.pyplot": _patch_pyplot,
    "matplotlib.style": _patch_style,
}
