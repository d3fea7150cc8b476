"""Causes of errors in calls: wrong arguments, uncalled modules, a missing `forward`."""

from __future__ import annotations

import re

from autograder.diagnosis.exception_context import (
    ExceptionContext,
    class_body,
    is_misspelling,
    is_module,
    misspelt_init,
    uncalled_name,
)
from autograder.model import Cause
from autograder.text.suggestions import nearest


def wrong_operands(context: ExceptionContext) -> Cause | None:
    """Find a function or module that is used where the result of a call was meant."""
    named = [context[group] for group in ("type1", "type2", "type") if context[group]]
    if any(kind in ("function", "method", "builtin_function_or_method") for kind in named):
        return context.cause("function_not_called", uncalled_name(context)[1])
    has_module = any(is_module(kind, context.outline) for kind in named) or (
        context.found.key in ("operands", "not_a_tensor") and context.found.text.count("…") == 1
    )
    return _uncalled_module(context) if has_module else None


def invalid_arguments(context: ExceptionContext) -> Cause | None:
    """Find a module that is given to a function of torch uncalled."""
    first = re.search(r"got \((\w+)", context.message)
    is_given = first is not None and is_module(first[1], context.outline)
    return _uncalled_module(context) if is_given else None


def _uncalled_module(context: ExceptionContext) -> Cause:
    """Return the cause of a module without a call, with its line where that can be found."""
    name, line = uncalled_name(context)
    if not name:
        return context.cause("module_given")
    return context.cause("module_not_called", line, called=name)


def wrong_arguments(context: ExceptionContext) -> Cause | None:
    """Find why arguments do not fit: `self` may be missing, or `__init__` misspelt."""
    owner, _, method = context["name"].rpartition(".")
    owner = owner.rpartition(".")[2]
    if method == "__init__" and (init := misspelt_init(context.outline, owner)) is not None:
        return context.cause("misspelt_init", init.line, init.full_name, near=init.name)
    definition = context.outline.method(owner, method) if owner else context.outline.named(method)
    if definition is None:
        is_class = method == "__init__" and owner in context.outline.classes
        return context.cause("no_init", class_=owner) if is_class else None
    has_self = definition.parameters[:1] in (("self",), ("cls",))
    if definition.owner_is_class and not has_self and context.found.key == "arguments_given":
        name = definition.full_name
        return context.cause("missing_self", definition.line, name, function=name)
    near = nearest(context["name1"], definition.parameters)
    if context.found.key == "argument_unknown" and near:
        return context.cause("argument_near", definition.line, definition.full_name, near=near)
    return context.cause(context.found.key, definition.line, definition.full_name)


def wrong_signature(context: ExceptionContext) -> Cause | None:
    """Find the function or constructor that does not take the arguments of the assignment."""
    for name in context.asked:
        definition = context.outline.named(name)
        if definition is None:
            continue
        made = context.outline.method(name, "__init__") if definition.is_class else definition
        init = misspelt_init(context.outline, name) if definition.is_class else None
        if init is not None:
            return context.cause("misspelt_init", init.line, init.full_name, near=init.name)
        if made is not None:
            return context.cause("signature", made.line, made.full_name, function=made.full_name)
        return context.cause("no_init", definition.line, class_=name)
    return None


def init_returns(context: ExceptionContext) -> Cause | None:
    """Find the `return` with a value in an `__init__`."""
    inits = [d for d in context.outline.definitions if d.name == "__init__" and d.owner_is_class]
    inits.sort(key=lambda d: d.owner != context["type"])
    for definition in inits:
        for line in definition.body:
            if re.match(r"\s*return\b\s*[^\s#]", line.text) and "None" not in line.text:
                return context.cause("init_returns", line, definition.full_name)
    return None


def missing_forward(context: ExceptionContext) -> Cause | None:
    """Find why a module has no `forward`: misspelt, inside `__init__`, or outside the class."""
    owner, outline = context["type"], context.outline
    if owner not in outline.classes:
        return context.cause("container_called")
    below = [
        d
        for d in outline.definitions
        if d.name == "forward" and not d.owner_is_class and d.owner == "__init__"
    ]
    inside = [d for d in below if d.line in class_body(outline, owner)]
    if inside:
        return context.cause("forward_inside", inside[0].line, class_=owner)
    for definition in outline.methods(owner):
        if is_misspelling(definition.name, "forward"):
            place = definition.line, definition.full_name
            return context.cause("misspelt_forward", *place, near=definition.name, class_=owner)
    outside = outline.named("forward")
    if outside is not None and not outside.owner:
        return context.cause("forward_outside", outside.line, class_=owner)
    made = outline.named(owner)
    return context.cause("missing_forward", made.line if made is not None else None, class_=owner)
