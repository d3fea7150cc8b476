"""Causes of errors about names: of variables, attributes, keys and modules."""

from __future__ import annotations

import re

import torch
from torch import nn

from autograder.diagnosis.exception_context import (
    ExceptionContext,
    class_body,
    misspelt_init,
)
from autograder.diagnosis.known_names import (
    IMPORT_STATEMENTS,
    LIBRARY_MODULES,
    OWN_MODULES,
    PYTHON_CONSTANTS,
    SHORT_MODULE_NAMES,
    TRANSFORM_NAMES,
)
from autograder.diagnosis.outline import Line, Outline
from autograder.model import Cause
from autograder.text.suggestions import nearest

MODULE_INTERNALS = (
    "_modules",
    "_parameters",
    "_buffers",
    "_backward_hooks",
    "_forward_hooks",
    "training",
)


def unknown_name(context: ExceptionContext) -> Cause | None:
    """Find what a name that is not defined was meant to be."""
    name, outline, around = context["name"], context.outline, context.around
    owner = around.owner if around is not None and around.owner_is_class else ""
    if not name:
        return None
    if name == "self":
        return context.cause("name_self_missing", around.line if around else None)
    if name in PYTHON_CONSTANTS:
        return context.cause("name_constant", right=PYTHON_CONSTANTS[name])
    if owner and name in outline.attributes(owner):
        return context.cause("name_of_self")
    init = outline.method(owner, "__init__")
    if init is not None and init != around and name in init.parameters:
        return context.cause("name_of_init")
    if (line := _binding(outline, name)) is not None and line is not context.line:
        return context.cause("name_elsewhere", line=str(line.number))
    if name in IMPORT_STATEMENTS:
        return context.cause("name_import", statement=IMPORT_STATEMENTS[name] or f"import {name}")
    if near := nearest(name, _names(outline) - {name}):
        return context.cause("name_near", near=near)
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
    names = {*outline.classes, *outline.functions}
    for definition in outline.definitions:
        names.update(definition.parameters)
    for line in outline.lines:
        if assigned := re.match(r"\s*(\w+)\s*(?::[^=]+)?=(?!=)", line.text):
            names.add(assigned[1])
        if imported := re.match(r"\s*(?:from\s.*)?import\s(.*)", line.text):
            names.update(re.findall(r"\w+", imported[1]))
    return names


def unknown_attribute(context: ExceptionContext) -> Cause | None:
    """Find why an object has no such attribute: misspelt, a local name, or set too late."""
    owner, name, outline = context["type"], context["name"], context.outline
    if name in MODULE_INTERNALS:
        return context.cause("no_super")
    if owner in ("function", "method", "builtin_function_or_method"):
        return context.cause("attribute_of_function")
    if owner not in outline.classes:
        return _attribute_of_library_class(context)
    if (init := misspelt_init(outline, owner)) is not None:
        return context.cause("misspelt_init", init.line, init.full_name, near=init.name)
    attributes = outline.attributes(owner)
    if name in attributes:
        return context.cause("attribute_too_late")
    assigns = re.compile(rf"\s*{re.escape(name)}\s*=(?!=)")
    for line in class_body(outline, owner):
        if assigns.match(line.text):
            return context.cause("attribute_local", line)
    near = nearest(name, attributes)
    if not near:
        return context.cause("attribute_missing")
    return context.cause("attribute_near", near=near)


def _attribute_of_library_class(context: ExceptionContext) -> Cause | None:
    """Find the attribute of one of torch's classes that was meant."""
    owner, name = context["type"], context["name"]
    if not owner or not name:
        return None
    known = torch.Tensor if owner == "Tensor" else getattr(nn, owner, None)
    if known is None:
        return None
    names = (*dir(known), *getattr(known, "__constants__", ()))  # of the class, of its objects
    near = nearest(name, names)
    return context.cause("attribute_near", near=near) if near else None


def attribute_of_class(context: ExceptionContext) -> Cause | None:
    """Find why a class itself has no such attribute."""
    owner, name = context["type"], context["name"]
    attributes = context.outline.attributes(owner)
    if name in attributes:
        return context.cause("attribute_in_init")
    near = nearest(name, attributes) if name else ""
    return context.cause("attribute_near", near=near) if near else None


def attribute_of_module(context: ExceptionContext) -> Cause | None:
    """Find the name or the module that was meant."""
    module, name = context["name1"], context["name"]
    if not name:
        return None
    for other, content in LIBRARY_MODULES.items():
        if other != module and hasattr(content, name):
            return context.cause("attribute_near", near=f"{SHORT_MODULE_NAMES[other]}.{name}")
    if module.startswith("torchvision.transforms"):
        near = nearest(name, TRANSFORM_NAMES)
    else:
        near = nearest(name, dir(LIBRARY_MODULES[module])) if module in LIBRARY_MODULES else ""
    return context.cause("attribute_near", near=near) if near else None


def unknown_key(context: ExceptionContext) -> Cause | None:
    """Find the key that was meant."""
    if context.line is not None and "weights" in context.line.text:
        return context.cause("weights_name")
    quoted = context["quoted"]
    near = nearest(quoted, context.outline.texts - {quoted}) if quoted else ""
    return context.cause("key_near", near=near) if near else None


def missing_module(context: ExceptionContext) -> Cause | None:
    """Find why a module is missing: hidden here, or a file of the student's own."""
    if context.message.endswith("None in sys.modules"):
        return context.cause("module_hidden")
    first = context["name"].partition(".")[0]
    return context.cause("module_own", module=first) if first in OWN_MODULES else None
