"""Diagnoses: what in a student's file an exception comes from, told by its text and the file's
outline.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import nn

from autograder.diagnosis.exception_patterns import Found
from autograder.diagnosis.known_names import (
    CONSTANTS,
    IMPORTS,
    MODULES,
    OWN_MODULES,
    SHORT,
    TRANSFORMS,
)
from autograder.diagnosis.outline import Definition, Line, Outline
from autograder.model import Cause
from autograder.text.suggestions import nearest

INSIDES = ("_modules", "_parameters", "_buffers", "_backward_hooks", "_forward_hooks", "training")
LIKENESS = 0.74  # of a misspelt `__init__` or `forward` to the right name, without underscores
IN_PLACE = re.compile(r"[\w\])]\s*(?:[-+*/]=(?!=))|inplace\s*=\s*True|\.(?:\w+[^\W_])_\(")
UNCALLED = re.compile(r"(?:=|\belse|\breturn|[-+,(])\s*(self\.\w+)\s*(?:$|[-+)#,]|\bif\b)")
NETWORK = re.compile(
    r"socket|request|urlopen|urlretrieve|download|https?:|hf_hub|from_pretrained|pretrained|weights"
)
PROCESSES = re.compile(
    r"subprocess|Popen|system\(|fork|Process|Pool|num_workers|run\(|spawn|check_output"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What is known of an exception."""

    found: Found
    message: str  # hostile
    outline: Outline
    line: Line | None  # of the student's file, that raised; None where it was raised elsewhere
    asked: tuple[str, ...]  # the names that were asked for
    is_import: bool

    def __getitem__(self, group: str) -> str:
        """Return what a group of the text holds; empty where it may not be shown."""
        return self.found.values.get(group, "")

    def because(
        self, key: str, line: Line | None = None, function: str = "", /, **values: str
    ) -> Cause:
        """Return a cause, perhaps with the line to mend."""
        place = self.outline.frame(line, function) if line is not None else None
        return Cause(
            key=key, values={**self.found.values, **values}, text=self.found.text, place=place
        )

    @property
    def around(self) -> Definition | None:
        """The innermost definition around the line that raised."""
        if self.line is None:
            return None
        cell, number = self.line.cell, self.line.number
        within = [
            d
            for d in self.outline.definitions
            if d.line.cell == cell and d.line.number <= number <= d.line.number + d.last - d.first
        ]
        return within[-1] if within else None


def diagnose(clues: Clues) -> Cause:
    """Return the cause that fits best."""
    special = _SPECIAL.get(clues.found.key)
    cause = special(clues) if special is not None else None
    return cause or clues.because(clues.found.key)


def silent(outline: Outline, names: tuple[str, ...]) -> Definition | None:
    """Return a function that returns nothing although it must.

    It is one of `names`, or one that a class of `names` needs.
    """
    for name in names:
        each = outline.named(name)
        for function in _needed(outline, each) if each is not None else ():
            if _must_return(function) and not function.has_value:
                return function
    return None


def _needed(outline: Outline, each: Definition) -> Iterator[Definition]:
    """Return a function itself; of a class its `forward`, and the functions that it calls."""
    if not each.is_class:
        yield each
        return
    called = {word for line in each.body for word in re.findall(r"\b(\w+)\(", line.text)}
    yield from (d for d in outline.methods(each.name) if d.name == "forward" or d.name in called)
    yield from (
        d for d in outline.definitions if not d.is_class and not d.owner and d.name in called
    )


def _must_return(function: Definition) -> bool:
    return function.name == "forward" or function.returns not in ("", "None")


def _name(clues: Clues) -> Cause | None:
    name, outline, around = clues["name"], clues.outline, clues.around
    owner = around.owner if around is not None and around.owner_is_class else ""
    if not name:
        return None
    if name == "self":
        return clues.because("name_self_missing", around.line if around else None)
    if name in CONSTANTS:
        return clues.because("name_constant", right=CONSTANTS[name])
    if owner and name in outline.attributes(owner):
        return clues.because("name_of_self")
    init = outline.method(owner, "__init__")
    if init is not None and init != around and name in init.parameters:
        return clues.because("name_of_init")
    if (line := _binding(outline, name)) is not None and line is not clues.line:
        return clues.because("name_elsewhere", line=str(line.number))
    if name in IMPORTS:
        return clues.because("name_import", statement=IMPORTS[name] or f"import {name}")
    if near := nearest(name, _names(outline) - {name}):
        return clues.because("name_near", near=near)
    return None


def _binding(outline: Outline, name: str) -> Line | None:
    """Return the first line that gives a name a meaning outside a class."""
    word = re.escape(name)
    binds = re.compile(
        rf"\s*(?:{word}\s*(?::[^=]+)?=(?!=)|(?:async\s+)?(?:def|class)\s+{word}\b|(?:from\s.*)?\bimport\b.*\b{word}\b)"
    )
    methods = {line for d in outline.definitions if d.owner_is_class for line in (d.line,)}
    return next(
        (line for line in outline.lines if binds.match(line.text) and line not in methods), None
    )


def _names(outline: Outline) -> set[str]:
    """Return the names that the file itself gives a meaning."""
    assigned = (re.match(r"\s*(\w+)\s*(?::[^=]+)?=(?!=)", line.text) for line in outline.lines)
    imported = (re.match(r"\s*(?:from\s.*)?import\s(.*)", line.text) for line in outline.lines)
    words = {word for found in imported if found for word in re.findall(r"\w+", found[1])}
    parameters = {name for d in outline.definitions for name in d.parameters}
    return (
        {found[1] for found in assigned if found}
        | words
        | parameters
        | outline.classes
        | outline.functions
    )


def _attribute(clues: Clues) -> Cause | None:
    owner, name, outline = clues["type"], clues["name"], clues.outline
    if name in INSIDES:
        return clues.because("no_super")
    if owner in ("function", "method", "builtin_function_or_method"):
        return clues.because("attribute_of_function")
    if owner not in outline.classes:
        known = getattr(nn, owner, torch.Tensor if owner == "Tensor" else None) if owner else None
        names = (
            *dir(known),
            *getattr(known, "__constants__", ()),
        )  # the latter are attributes of the objects
        near = nearest(name, names) if known is not None and name else ""
        return clues.because("attribute_near", near=near) if near else None
    if (init := _misspelt_init(outline, owner)) is not None:
        return clues.because("misspelt_init", init.line, init.full_name, near=init.name)
    attributes = outline.attributes(owner)
    local = next(
        (
            line
            for line in _lines_of(outline, owner)
            if re.match(rf"\s*{re.escape(name)}\s*=(?!=)", line.text)
        ),
        None,
    )
    if name not in attributes and local is not None:
        return clues.because("attribute_local", local)
    if name in attributes:
        return clues.because("attribute_too_late")
    near = nearest(name, attributes)
    return (
        clues.because("attribute_near", near=near) if near else clues.because("attribute_missing")
    )


def _attribute_of_class(clues: Clues) -> Cause | None:
    owner, name = clues["type"], clues["name"]
    attributes = clues.outline.attributes(owner)
    if name in attributes:
        return clues.because("attribute_in_init")
    near = nearest(name, attributes) if name else ""
    return clues.because("attribute_near", near=near) if near else None


def _attribute_of_module(clues: Clues) -> Cause | None:
    module, name = clues["name1"], clues["name"]
    if not name:
        return None
    for other, content in MODULES.items():
        if other != module and hasattr(content, name):
            return clues.because("attribute_near", near=f"{SHORT[other]}.{name}")
    if module.startswith("torchvision.transforms"):
        near = nearest(name, TRANSFORMS)
    else:
        near = nearest(name, dir(MODULES[module])) if module in MODULES else ""
    return clues.because("attribute_near", near=near) if near else None


def _lines_of(outline: Outline, owner: str) -> tuple[Line, ...]:
    each = outline.named(owner)
    return each.body if each is not None else ()


def _misspelt_init(outline: Outline, owner: str) -> Definition | None:
    """Return the method that was meant to be `__init__` in a class without one."""
    if outline.method(owner, "__init__") is not None:
        return None
    return next((d for d in outline.methods(owner) if _is_like(d.name, "init")), None)


def _is_like(name: str, right: str) -> bool:
    """Return whether a name is a misspelling of another, ignoring underscores and capitals."""
    return difflib.SequenceMatcher(None, name.strip("_").lower(), right).ratio() > LIKENESS


def _none(clues: Clues) -> Cause | None:
    """None where a value was needed: the function that returns nothing, if one is to be found."""
    outline = clues.outline
    called = re.findall(r"(\w+)\s*\(", clues.line.text) if clues.line is not None else []
    each = silent(outline, (*called, *clues.asked)) or next(
        (
            d
            for d in outline.definitions
            if not d.is_class and d.name == "forward" and not d.has_value
        ),
        None,
    )
    without = [
        d for d in outline.definitions if not d.is_class and _must_return(d) and not d.has_value
    ]
    if each is None and len(without) == 1:
        each = without[0]
    if each is not None:
        return clues.because("none_returned", each.line, each.full_name, function=each.full_name)
    optional = re.search(r"\bself\.(\w+)\(", clues.line.text) if clues.line is not None else None
    if optional and clues["plain"] == "callable":
        return clues.because("none_called", called=f"self.{optional[1]}")
    return None


def _operands(clues: Clues) -> Cause | None:
    named = [clues[group] for group in ("type1", "type2", "type") if clues[group]]
    if any(kind in ("function", "method", "builtin_function_or_method") for kind in named):
        return clues.because("function_not_called", _uncalled(clues)[1])
    has_module = any(_is_module(kind, clues.outline) for kind in named) or (
        clues.found.key in ("operands", "not_a_tensor") and clues.found.text.count("…") == 1
    )
    if not has_module:
        return None
    name, line = _uncalled(clues)
    return (
        clues.because("module_not_called", line, called=name)
        if name
        else clues.because("module_given")
    )


def _is_module(kind: str, outline: Outline) -> bool:
    known = getattr(nn, kind, None)
    is_layer = isinstance(known, type) and issubclass(known, nn.Module)
    return is_layer or (kind in outline.classes and outline.method(kind, "forward") is not None)


def _uncalled(clues: Clues) -> tuple[str, Line | None]:
    """Return a name that stands without brackets where a call was meant, and its line."""
    around = clues.around
    above = (
        [line for line in around.body if clues.line is None or line.number <= clues.line.number]
        if around
        else []
    )
    for line in reversed(above):
        if found := UNCALLED.search(line.text):
            return found[1], line
    return "", None


def _invalid_arguments(clues: Clues) -> Cause | None:
    first = re.search(r"got \((\w+)", clues.message)
    if first and _is_module(first[1], clues.outline):
        name, line = _uncalled(clues)
        return (
            clues.because("module_not_called", line, called=name)
            if name
            else clues.because("module_given")
        )
    return None


def _arguments(clues: Clues) -> Cause | None:
    """Arguments that do not fit: perhaps `self` is missing, or `__init__` has another name."""
    owner, _, method = clues["name"].rpartition(".")
    owner = owner.rpartition(".")[2]
    if method == "__init__" and (init := _misspelt_init(clues.outline, owner)) is not None:
        return clues.because("misspelt_init", init.line, init.full_name, near=init.name)
    each = clues.outline.method(owner, method) if owner else clues.outline.named(method)
    if each is None:
        is_class = method == "__init__" and owner in clues.outline.classes
        return clues.because("no_init", class_=owner) if is_class else None
    if (
        each.owner_is_class
        and each.parameters[:1] not in (("self",), ("cls",))
        and clues.found.key == "arguments_given"
    ):
        return clues.because("missing_self", each.line, each.full_name, function=each.full_name)
    if clues.found.key == "argument_unknown" and (near := nearest(clues["name1"], each.parameters)):
        return clues.because("argument_near", each.line, each.full_name, near=near)
    return clues.because(clues.found.key, each.line, each.full_name)


def _signature(clues: Clues) -> Cause | None:
    for name in clues.asked:
        each = clues.outline.named(name)
        if each is None:
            continue
        made = clues.outline.method(name, "__init__") if each.is_class else each
        init = _misspelt_init(clues.outline, name) if each.is_class else None
        if init is not None:
            return clues.because("misspelt_init", init.line, init.full_name, near=init.name)
        if made is not None:
            return clues.because("signature", made.line, made.full_name, function=made.full_name)
        return clues.because("no_init", each.line, class_=name)
    return None


def _init_returns(clues: Clues) -> Cause | None:
    inits = [d for d in clues.outline.definitions if d.name == "__init__" and d.owner_is_class]
    inits.sort(key=lambda d: d.owner != clues["type"])
    for each in inits:
        for line in each.body:
            if re.match(r"\s*return\b\s*[^\s#]", line.text) and "None" not in line.text:
                return clues.because("init_returns", line, each.full_name)
    return None


def _missing_forward(clues: Clues) -> Cause | None:
    owner, outline = clues["type"], clues.outline
    if owner not in outline.classes:
        return clues.because("container_called")
    below = [
        d
        for d in outline.definitions
        if d.name == "forward" and not d.owner_is_class and d.owner == "__init__"
    ]
    inside = [d for d in below if d.line in _lines_of(outline, owner)]
    if inside:
        return clues.because("forward_inside", inside[0].line, class_=owner)
    for each in outline.methods(owner):
        if _is_like(each.name, "forward"):
            return clues.because(
                "misspelt_forward", each.line, each.full_name, near=each.name, class_=owner
            )
    outside = outline.named("forward")
    if outside is not None and not outside.owner:
        return clues.because("forward_outside", outside.line, class_=owner)
    made = outline.named(owner)
    return clues.because("missing_forward", made.line if made is not None else None, class_=owner)


def _module(clues: Clues) -> Cause | None:
    if clues.message.endswith("None in sys.modules"):
        return clues.because("module_hidden")
    first = clues["name"].partition(".")[0]
    return clues.because("module_own", module=first) if first in OWN_MODULES else None


def _system(clues: Clues) -> Cause | None:
    """Return the cause for a system call that the sandbox refuses, whatever the line does."""
    text = clues.line.text if clues.line is not None else ""
    if NETWORK.search(text):
        return clues.because("network")
    return clues.because(
        "processes" if PROCESSES.search(text) or "thread" in clues.message else "refused"
    )


def _in_place(clues: Clues) -> Cause | None:
    if clues.line is not None:
        return None
    classes = [name for name in clues.asked if name in clues.outline.classes]
    for line in _in_place_lines(clues.outline, classes):
        return clues.because("in_place", line)
    return None


def _in_place_lines(outline: Outline, classes: list[str]) -> Iterator[Line]:
    """Return the lines of those classes' methods that change a value in place.

    Without classes, those of the whole file.
    """
    for each in outline.definitions:
        if each.name == "__init__" or each.is_class or (classes and each.owner not in classes):
            continue
        yield from (line for line in each.body if IN_PLACE.search(line.text.partition("#")[0]))


def _size_sum(clues: Clues) -> Cause | None:
    if clues.line is not None and re.search(r"loss|criterion", clues.line.text, re.IGNORECASE):
        return clues.because("size_loss")
    keys = {"1": "size_sum_channels", "2": "size_sum_map", "3": "size_sum_map"}
    return clues.because(keys[clues["size"]]) if clues["size"] in keys else None


def _key(clues: Clues) -> Cause | None:
    if clues.line is not None and "weights" in clues.line.text:
        return clues.because("weights_name")
    near = (
        nearest(clues["quoted"], clues.outline.texts - {clues["quoted"]}) if clues["quoted"] else ""
    )
    return clues.because("key_near", near=near) if near else None


def _size_linear(clues: Clues) -> Cause | None:
    got, wanted = clues["size1"].partition("x")[2], clues["size2"].partition("x")[0]
    return clues.because("size_linear_named", got=got, wanted=wanted) if got and wanted else None


def _syntax(clues: Clues) -> Cause | None:
    text = clues.line.text.lstrip() if clues.line is not None else ""
    return (
        clues.because("syntax_conflict")
        if text.startswith(("<<<<<<<", "=======", ">>>>>>>"))
        else None
    )


_SPECIAL: dict[str, Callable[[Clues], Cause | None]] = {
    "name": _name,
    "attribute": _attribute,
    "attribute_of_class": _attribute_of_class,
    "attribute_of_module": _attribute_of_module,
    "none": _none,
    "operands": _operands,
    "not_a_tensor": _operands,
    "invalid_arguments": _invalid_arguments,
    "invalid_type": _invalid_arguments,
    "arguments_given": _arguments,
    "arguments_missing": _arguments,
    "argument_unknown": _arguments,
    "argument_twice": _arguments,
    "signature": _signature,
    "init_returns": _init_returns,
    "missing_forward": _missing_forward,
    "module": _module,
    "processes": _system,
    "in_place": _in_place,
    "size_sum": _size_sum,
    "size_linear": _size_linear,
    "syntax": _syntax,
    "key": _key,
}
