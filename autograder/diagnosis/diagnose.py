"""Diagnosis of an exception: the function that looks for the cause, by the exception's text."""

from __future__ import annotations

from collections.abc import Callable

from autograder.diagnosis import call_errors, missing_values, name_errors, run_errors
from autograder.diagnosis.exception_context import ExceptionContext
from autograder.model import Cause

CAUSE_FINDERS: dict[str, Callable[[ExceptionContext], Cause | None]] = {
    "name": name_errors.unknown_name,
    "attribute": name_errors.unknown_attribute,
    "attribute_of_class": name_errors.attribute_of_class,
    "attribute_of_module": name_errors.attribute_of_module,
    "none": missing_values.none_used,
    "operands": call_errors.wrong_operands,
    "not_a_tensor": call_errors.wrong_operands,
    "invalid_arguments": call_errors.invalid_arguments,
    "invalid_type": call_errors.invalid_arguments,
    "arguments_given": call_errors.wrong_arguments,
    "arguments_missing": call_errors.wrong_arguments,
    "argument_unknown": call_errors.wrong_arguments,
    "argument_twice": call_errors.wrong_arguments,
    "signature": call_errors.wrong_signature,
    "init_returns": call_errors.init_returns,
    "missing_forward": call_errors.missing_forward,
    "module": name_errors.missing_module,
    "processes": run_errors.refused_call,
    "in_place": run_errors.changed_in_place,
    "size_sum": run_errors.sizes_in_sum,
    "size_linear": run_errors.sizes_in_linear,
    "syntax": run_errors.syntax_error,
    "key": name_errors.unknown_key,
}


def diagnose(context: ExceptionContext) -> Cause:
    """Return the cause that fits best."""
    special = CAUSE_FINDERS.get(context.found.key)
    cause = special(context) if special is not None else None
    return cause or context.cause(context.found.key)
