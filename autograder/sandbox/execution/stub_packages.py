"""Stand-ins for packages that grading does not need (runs inside): they do nothing.

The sets below are the one list of these packages. A stand-in acts only where the real package is
not installed. Code that asks whether the package is there (`try: import wandb`) learns that it is
not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from types import FunctionType, ModuleType
from typing import cast

NOTEBOOK_PACKAGES = (
    *("IPython", "ipywidgets", "ipykernel", "google.colab", "kaggle_secrets"),
    *("nest_asyncio", "jupyterthemes"),
)
TRACKER_PACKAGES = (
    *("wandb", "mlflow", "comet_ml", "neptune", "clearml", "aim", "swanlab", "trackio"),
    *("tensorboard", "tensorboardX", "torch.utils.tensorboard", "visdom", "dvclive", "loguru"),
    "codecarbon",
)
DIAGRAM_PACKAGES = (
    *("torchinfo", "torchsummary", "torchsummaryX", "torchviz", "hiddenlayer", "livelossplot"),
)
# By their names in an import statement; their submodules too.
INERT_PACKAGES = frozenset((*NOTEBOOK_PACKAGES, *TRACKER_PACKAGES, *DIAGRAM_PACKAGES))
# Of progress bars: what they wrap is passed through.
BAR_PACKAGES = frozenset(("tqdm", "fastprogress", "progressbar", "alive_progress"))
STARRED_NAMES = {  # what `from ... import *` binds
    "IPython.display": (
        *("display", "clear_output", "Image", "HTML", "Markdown", "Audio", "Video", "SVG", "JSON"),
    ),
    "ipywidgets": (
        *("interact", "interactive", "fixed", "IntSlider", "FloatSlider", "Dropdown", "Output"),
        "VBox",
    ),
    "google.colab": ("drive", "files", "output", "userdata"),
}
CONFIGURED_TRACKER = "wandb"  # code reads its `config` back
MAKE_KEY = "\0make"  # an attribute that is no identifier: student code has no name for it


class Inert:
    """An object that does nothing: its attributes, items and results are objects like it.

    The keyword arguments of its constructor are its attributes. As a decorator it leaves a function
    as it is.
    """

    def __init__(self, **attributes: object) -> None:
        vars(self).update(attributes)

    def __getattr__(self, name: str) -> object:
        """Return an object that does nothing."""
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Inert()

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Return the function that it decorates, or an object that does nothing."""
        if len(args) == 1 and isinstance(args[0], (type, FunctionType)):
            return args[0]
        return Inert(**_attributes_of(kwargs))

    def __mro_entries__(self, _bases: tuple[object, ...]) -> tuple[type, ...]:
        """Return its type in the place of a base class."""
        return (type(self),)

    def __enter__(self) -> Inert:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""

    def __iter__(self) -> Iterator[object]:
        """Return an iterator without elements."""
        return iter(())

    def __len__(self) -> int:
        """Return 0."""
        return 0

    def __bool__(self) -> bool:
        """Return True, although it is empty."""
        return True

    def __str__(self) -> str:
        """Return an empty text."""
        return ""

    def __getitem__(self, _key: object) -> object:
        """Return an object that does nothing."""
        return Inert()

    def __setitem__(self, _key: object, _value: object) -> None:
        """Do nothing."""


class Bar(Inert):
    """A progress bar that shows nothing and passes its elements through."""

    def __init__(self, iterable: Iterable[object] = (), *_: object, **attributes: object) -> None:
        super().__init__(**_attributes_of(attributes))
        vars(self)["iterable"] = iterable

    def __iter__(self) -> Iterator[object]:
        """Iterate over the elements that it wraps."""
        return iter(vars(self)["iterable"])

    def __len__(self) -> int:
        """Return the number of elements that it wraps."""
        return len(cast(Sized, vars(self)["iterable"]))


class Config(dict[str, object]):
    """A run's configuration, whose entries are its attributes too."""

    def __getattr__(self, name: str) -> object:
        """Return an entry."""
        if name not in self:
            raise AttributeError(name)
        return self[name]

    def __setattr__(self, name: str, value: object) -> None:
        """Set an entry."""
        self[name] = value

    def update(self, *args: Mapping[str, object], **kwargs: object) -> None:  # type: ignore[override]
        """Set entries; the tracker's own option `allow_val_change` is none."""
        kwargs.pop("allow_val_change", None)
        super().update(*args, **kwargs)


class StandIn(ModuleType):
    """A module whose names are objects that do nothing."""

    def __init__(self, name: str, make: Callable[[str], object] | None = None) -> None:
        """Make the module; `make` makes what a name of it stands for."""
        super().__init__(name)
        vars(self)["__path__"] = []
        vars(self)["__all__"] = list(STARRED_NAMES.get(name, ()))
        vars(self)[MAKE_KEY] = make

    def __getattr__(self, name: str) -> object:
        """Return what a name stands for."""
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        make = vars(self)[MAKE_KEY]
        return Inert() if make is None else make(name)


def stand_in_for(name: str) -> StandIn | None:
    """Return the stand-in for the module `name` where it is not installed; None where none is."""
    parts = name.split(".")
    if parts[0] == CONFIGURED_TRACKER:
        return _tracker(name)
    name_and_parents = {".".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
    if name_and_parents & BAR_PACKAGES:
        return StandIn(name, _bar_maker)
    if name_and_parents & INERT_PACKAGES or _is_parent_of_inert(name):
        return StandIn(name)
    return None


def _is_parent_of_inert(name: str) -> bool:
    """Return whether a package such as `google` holds one of the packages, such as google.colab."""
    for package in INERT_PACKAGES:
        if package.startswith(f"{name}.") and package.count(".") == 1:
            return True
    return False


def _tracker(name: str) -> StandIn:
    """Return a stand-in for wandb, of which `config` holds what `init(config=...)` was given."""
    tracker, config = StandIn(name), Config()

    def init(*_: object, **kwargs: object) -> Inert:
        given = kwargs.pop("config", None)
        if isinstance(given, dict):
            config.update(given)
        elif hasattr(given, "__dict__"):
            config.update(vars(given))
        return Inert(config=config)

    vars(tracker).update(init=init, config=config, run=Inert(config=config))
    return tracker


def _bar_maker(name: str) -> object:
    """Return what a name of a package of progress bars stands for."""
    return _range_bar if name in ("trange", "tnrange") else Bar


def _range_bar(*args: int, **kwargs: object) -> Bar:
    return Bar(range(*args), **kwargs)


def _attributes_of(kwargs: dict[str, object]) -> dict[str, object]:
    """Return the keyword arguments whose names can be attributes."""
    return {name: value for name, value in kwargs.items() if name.isidentifier()}
