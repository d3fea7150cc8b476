"""Stand-ins (runs inside): what notebooks bring along and grading does not need, imported and doing
nothing.

This is the one list of them. A stand-in acts only where the real package is not installed; code
that asks whether the package is there (`try: import wandb`) is told that it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

INERT = frozenset(  # by their names in an import statement; their submodules too
    (
        *(
            "IPython",
            "ipywidgets",
            "ipykernel",
            "google.colab",
            "kaggle_secrets",
            "nest_asyncio",
        ),  # of notebooks
        *(
            "wandb",
            "mlflow",
            "comet_ml",
            "neptune",
            "clearml",
            "aim",
            "swanlab",
            "trackio",
        ),  # trackers
        *("tensorboard", "tensorboardX", "torch.utils.tensorboard", "visdom", "dvclive", "loguru"),
        *(
            "torchinfo",
            "torchsummary",
            "torchsummaryX",
            "torchviz",
            "hiddenlayer",
            "livelossplot",
        ),  # pictures
        *("codecarbon", "jupyterthemes"),
    )
)
BARS = frozenset(
    ("tqdm", "fastprogress", "progressbar", "alive_progress")
)  # what they wrap is passed through
STARRED = {  # what `from ... import *` gives
    "IPython.display": (
        "display",
        "clear_output",
        "Image",
        "HTML",
        "Markdown",
        "Audio",
        "Video",
        "SVG",
        "JSON",
    ),
    "ipywidgets": (
        "interact",
        "interactive",
        "fixed",
        "IntSlider",
        "FloatSlider",
        "Dropdown",
        "Output",
        "VBox",
    ),
    "google.colab": ("drive", "files", "output", "userdata"),
}
CONFIGURED = "wandb"  # its `config` is read back


class Inert:
    """An object that does nothing: whatever it is asked for, called with or opened as, it gives
    another one.

    The keyword arguments that made it are its attributes. As a decorator it leaves a function as it
    is.
    """

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)

    def __getattr__(self, name: str) -> Any:
        """An object that does nothing."""
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Inert()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function that it decorates, or an object that does nothing."""
        if len(args) == 1 and isinstance(args[0], (type, type(_of_no_module))):
            return args[0]
        return Inert(**{name: value for name, value in kwargs.items() if name.isidentifier()})

    def __mro_entries__(self, _bases: tuple[Any, ...]) -> tuple[type, ...]:
        """A class that derives from it derives from its type."""
        return (type(self),)

    def __enter__(self) -> Inert:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing."""

    def __iter__(self) -> Iterator[Any]:
        """Nothing to go through."""
        return iter(())

    def __len__(self) -> int:
        """It is empty."""
        return 0

    def __bool__(self) -> bool:
        """It is there."""
        return True

    def __str__(self) -> str:
        """It has no text."""
        return ""

    def __getitem__(self, _key: Any) -> Any:
        """An object that does nothing."""
        return Inert()

    def __setitem__(self, _key: Any, _value: Any) -> None:
        """Nothing."""


class Bar(Inert):
    """A progress bar that shows nothing: it gives what it goes through."""

    def __init__(self, iterable: Iterable[Any] = (), *_: Any, **attributes: Any) -> None:
        super().__init__(
            **{name: value for name, value in attributes.items() if name.isidentifier()}
        )
        vars(self)["iterable"] = iterable

    def __iter__(self) -> Iterator[Any]:
        """Go through what it wraps."""
        return iter(vars(self)["iterable"])

    def __len__(self) -> int:
        """The length of what it wraps."""
        return len(vars(self)["iterable"])


class Config(dict[str, Any]):
    """A run's configuration: its entries are its attributes too."""

    def __getattr__(self, name: str) -> Any:
        """An entry."""
        if name not in self:
            raise AttributeError(name)
        return self[name]

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an entry."""
        self[name] = value

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Set entries; options of the tracker are none."""
        kwargs.pop("allow_val_change", None)
        super().update(*args, **kwargs)


class StandIn(ModuleType):
    """A module whose names are objects that do nothing."""

    def __init__(self, name: str, make: Callable[..., Any] | None = None) -> None:
        super().__init__(name)
        vars(self)["__path__"] = []
        vars(self)["__all__"] = list(STARRED.get(name, ()))
        vars(self)["\0make"] = make

    def __getattr__(self, name: str) -> Any:
        """An object that does nothing; in a package of progress bars, what makes one."""
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        make = vars(self)["\0make"]
        return Inert() if make is None else make(name)


def stand_in_for(name: str) -> StandIn | None:
    """Return what stands for the module `name` where it is not installed; None where nothing does."""
    parts = name.split(".")
    starts = {".".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
    if parts[0] == CONFIGURED:
        return _tracker(name)
    if starts & BARS:
        return StandIn(name, lambda asked: _range_bar if asked in ("trange", "tnrange") else Bar)
    if starts & INERT or any(
        package.startswith(f"{name}.") and package.count(".") == 1 for package in INERT
    ):
        return StandIn(name)
    return None


def _tracker(name: str) -> StandIn:
    """wandb: what `init(config=...)` is given can be read from `config`."""
    made, config = StandIn(name), Config()

    def init(*_: Any, **kwargs: Any) -> Inert:
        given = kwargs.pop("config", None)
        config.update(
            given if isinstance(given, dict) else vars(given) if hasattr(given, "__dict__") else {}
        )
        return Inert(config=config)

    vars(made).update(init=init, config=config, run=Inert(config=config))
    return made


def _range_bar(*args: Any, **kwargs: Any) -> Bar:
    return Bar(range(*args), **kwargs)


def _of_no_module() -> None:
    """Only its type counts: what a decorator is given."""
