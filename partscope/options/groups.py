"""Options that commands share, as one frozen dataclass a group instead of as parameters of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, TypeGuard, get_type_hints

import typer

_CONTEXT = "context"


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command whose groups of options are options of the command line, in their place.

    A group is a keyword-only parameter annotated with a dataclass; its fields have defaults and are
    annotated as options. An option that is not given is looked for before the command: in the groups
    of commands above it, the nearest first.
    """
    hints: dict[str, Any] = get_type_hints(command, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if _is_group(hint)}

    @wraps(command)
    def called(**values: Any) -> None:
        context: typer.Context = values[_CONTEXT]
        if _CONTEXT not in hints:
            del values[_CONTEXT]
        for name, group in groups.items():
            options = {field.name: values.pop(field.name) for field in fields(group)}
            values[name] = group(**_completed(options, context))
        command(**values)

    parameters = list(_parameters(signature(command), hints))
    called.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return called


def _parameters(command: Signature, hints: Mapping[str, Any]) -> Iterator[Parameter]:
    if _CONTEXT not in hints:
        yield Parameter(_CONTEXT, Parameter.POSITIONAL_ONLY, annotation=typer.Context)
    for name, parameter in command.parameters.items():
        if not _is_group(hints[name]):
            yield parameter.replace(annotation=hints[name])
            continue
        annotations = get_type_hints(hints[name], include_extras=True)
        for field in fields(hints[name]):
            yield Parameter(
                field.name,
                Parameter.KEYWORD_ONLY,
                default=field.default,
                annotation=annotations[field.name],
            )


def _is_group(hint: object) -> TypeGuard[type[Any]]:
    return isinstance(hint, type) and is_dataclass(hint)


def _completed(options: Mapping[str, Any], context: typer.Context) -> dict[str, Any]:
    completed = dict(options)
    above = context.parent
    while above is not None:
        for name, value in options.items():
            if completed[name] is None:
                completed[name] = above.params.get(name, value)
        above = above.parent
    return completed
