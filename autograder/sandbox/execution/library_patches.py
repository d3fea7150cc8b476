"""Libraries of notebooks and desktops (runs inside): adapted, once imported, to a process without
either.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

BACKEND = "agg"  # draws into memory
SEABORN, RENAMED = (
    "seaborn",
    "seaborn-v0_8",
)  # matplotlib's styles of that name, before and since 3.6
MARK = "__adapted__"


def adapt(package: str) -> None:
    """Adapt what is imported of a package, where it needs that and was not adapted yet."""
    if package == "tqdm":
        _adapt_tqdm()
    elif package == "matplotlib":
        for name, change in MATPLOTLIB.items():
            module = sys.modules.get(name)
            if module is not None and MARK not in vars(module):
                vars(module)[MARK] = True
                change(module)


def _adapt_tqdm() -> None:
    """Let the bars of tqdm.notebook be those of a terminal: without Jupyter's widgets they only
    raise.
    """
    if isinstance(sys.modules.get("tqdm.notebook"), _Bars):
        return
    try:
        tqdm: Any = importlib.import_module("tqdm")
    except ImportError:
        return
    bars = _Bars("tqdm.notebook")
    bar = type("tqdm", (tqdm.tqdm,), {"__init__": _without_display(tqdm.tqdm.__init__)})

    def bar_of_range(*args: Any, **kwargs: Any) -> Any:
        return bar(range(*args), **kwargs)

    vars(bars).update(tqdm=bar, tqdm_notebook=bar, trange=bar_of_range, tnrange=bar_of_range)
    vars(bars)["__all__"] = ["tnrange", "tqdm", "tqdm_notebook", "trange"]
    vars(tqdm).update(notebook=bars, tqdm_notebook=bar, tnrange=bar_of_range)
    sys.modules["tqdm.notebook"] = bars


class _Bars(ModuleType):
    """Stands for tqdm.notebook."""


def _without_display(start: Callable[..., None]) -> Callable[..., None]:
    def begin(self: Any, *args: Any, display: bool = True, **kwargs: Any) -> None:
        start(self, *args, **kwargs)

    return begin


def _adapt_matplotlib(module: ModuleType) -> None:
    """Let every backend be the one that needs no screen."""
    use: Callable[..., None] = vars(module)["use"]
    vars(module)["use"] = lambda *_, **__: use(BACKEND)


def _adapt_pyplot(module: ModuleType) -> None:
    switch: Callable[..., None] = vars(module)["switch_backend"]
    vars(module)["switch_backend"] = lambda *_: switch(BACKEND)


def _adapt_style(module: ModuleType) -> None:
    """Let seaborn's styles be found by the names that they had before."""
    use: Callable[[Any], None] = vars(module)["use"]

    def use_renamed(style: Any) -> None:
        styles = list(style) if isinstance(style, (list, tuple)) else [style]
        known = vars(module)["library"]
        use(
            [
                RENAMED + each.removeprefix(SEABORN) if _is_old(each, known) else each
                for each in styles
            ]
        )

    vars(module)["use"] = use_renamed


def _is_old(style: Any, known: Any) -> bool:
    return isinstance(style, str) and style.startswith(SEABORN) and style not in known


MATPLOTLIB: dict[str, Callable[[ModuleType], None]] = {
    "matplotlib": _adapt_matplotlib,
    "matplotlib.pyplot": _adapt_pyplot,
    "matplotlib.style": _adapt_style,
}
