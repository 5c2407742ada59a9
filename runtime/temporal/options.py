"""Option tables of Lua to arguments of the SDK, for options that the compiler could not read from the source.

In: a Lua table (or nil). Out: keyword arguments for the SDK. What the SDK would refuse, or would let fail a workflow task for ever,
is a Lua error here that names the option. The names are in `option_names.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeAlias

from temporalio import common, workflow
from temporalio.common import RetryPolicy

from ..errors import LuaError, library_error
from ..numbers import format_number
from ..strings import to_text
from ..tables import index, length
from ..values import LuaTable, type_name
from .context_methods import METHODS
from .option_names import (
    CHOICES,
    DEFAULT_START_TO_CLOSE_SECONDS,
    RETRY_POLICY_OPTIONS,
    SDK_NAMES,
    OptionKind,
    choices,
    suggestion,
)
from .search_attributes import memo_fields, search_attributes

_LONGEST_SECONDS = 100 * 365 * 86400
"""A hundred years: more is a mistake, and far beyond it the wire format ends."""

_MAXIMUM_COUNT = 2**31 - 1


def seconds(value: Any, name: str = "value") -> timedelta:
    """A Lua number of seconds, fractions allowed, as a duration.

    Raises a Lua error that names the option for what is not a number, negative, NaN or longer than a hundred years.
    """
    if type(value) is not int and type(value) is not float:
        raise library_error(f"{name} must be a number of seconds, got {type_name(value)}")
    if value != value:
        raise library_error(f"{name} must be a number of seconds, got NaN")
    if value < 0:
        raise library_error(f"{name} must not be negative, got {format_number(value)}")
    if value > _LONGEST_SECONDS:
        raise library_error(
            f"{name} must not be longer than a hundred years, got {format_number(value)}"
        )
    return timedelta(seconds=value)


def activity_options(options: Any, method: str = "execute_activity") -> dict[str, Any]:
    """Keyword arguments for the SDK from the options (a table or nil) of a method that runs an activity."""
    found = method_options(options, method)
    found.setdefault("start_to_close_timeout", timedelta(seconds=DEFAULT_START_TO_CLOSE_SECONDS))
    return found


def method_options(options: Any, method: str) -> dict[str, Any]:
    """Keyword arguments for the SDK from the options (a table or nil) of the `ctx` method called `method`."""
    known = METHODS[method].options
    assert known is not None
    found = checked(options, known, method)
    return {SDK_NAMES.get(name, name): value for name, value in found.items()}


def timeout_option(options: Any, method: str) -> timedelta | None:
    """The timeout from the options (a table or nil) of a method that waits, None when there is none."""
    timeout: timedelta | None = method_options(options, method).get("timeout")
    return timeout


Kind: TypeAlias = OptionKind | Callable[[Any, str], Any]
"""What an option's value must be; a function gets the value and the option's name, and converts it or raises a Lua error."""


def checked(options: Any, known: Mapping[str, Kind], function: str) -> dict[str, Any]:
    """The options that are set, converted to what the SDK takes; `function` is the Lua function whose options they are.

    Raises a Lua error for an unknown option (with a guess at what was meant) and for a wrong value.
    """
    if options is None:
        return {}
    if not isinstance(options, LuaTable):
        raise library_error(f"{function}: options must be a table, got {type_name(options)}")
    found: dict[str, Any] = {}
    for key, value in options.items():
        name = to_text(key) if isinstance(key, str) else None
        if name is None or name not in known:
            shown = f"'{name}'" if name is not None else f"[{_shown_key(key)}]"
            hint = suggestion(name or "", known)
            raise library_error(f"{function}: unknown option {shown}{hint}")
        found[name] = converted(value, known[name], f"{function}: {name}")
    return found


def _shown_key(key: Any) -> str:
    return format_number(key) if type(key) in (int, float) else type_name(key)


def converted(value: Any, kind: Kind, name: str) -> Any:
    """One option value as the SDK takes it; a Lua error that names the option for a value of another kind."""
    if not isinstance(kind, OptionKind):
        return kind(value, name)
    if kind is OptionKind.ANY:
        return value
    if kind is OptionKind.DURATION or kind is OptionKind.TIMEOUT:
        duration = seconds(value, name)
        # The server takes a duration of zero for "not set", and timeouts below a millisecond for zero.
        if kind is OptionKind.DURATION and duration < timedelta(milliseconds=1):
            raise library_error(f"{name} must be {kind.value}, got {format_number(value)}")
        return duration
    if kind is OptionKind.RETRY_POLICY:
        return _retry_policy(value, name)
    if kind is OptionKind.STRINGS:
        return _strings(value, name)
    if kind is OptionKind.FIELDS:
        return memo_fields(value, name)
    if kind is OptionKind.SEARCH_ATTRIBUTES:
        return search_attributes(value, name)
    if kind in CHOICES:
        return _choice(value, kind, name)
    if kind is OptionKind.FUNCTION:
        if not callable(value):
            raise _wrong(value, kind, name)
        return value
    converted = _scalar(value, kind)
    if converted is None:
        raise _wrong(value, kind, name)
    return converted


def _scalar(value: Any, kind: OptionKind) -> Any:
    if kind is OptionKind.STRING:
        return to_text(value) if type(value) is str and value else None
    if kind is OptionKind.BOOLEAN:
        return value if type(value) is bool else None
    is_number = type(value) is int or type(value) is float
    least = {OptionKind.COUNT: 0, OptionKind.POSITIVE: 1}.get(kind)
    if least is not None:
        is_whole = is_number and value == value and value % 1 == 0
        return int(value) if is_whole and least <= value <= _MAXIMUM_COUNT else None
    if kind is OptionKind.RATE:
        return float(value) if is_number and 0 < value < math.inf else None
    return float(value) if is_number and 1 <= value < math.inf else None


def _wrong(value: Any, kind: OptionKind, name: str) -> LuaError:
    got = format_number(value) if type(value) in (int, float) else type_name(value)
    if value == "":
        got = "an empty string"
    return library_error(f"{name} must be {kind.value}, got {got}")


def _choice(value: Any, kind: OptionKind, name: str) -> Any:
    if value not in choices(kind):
        got = f"'{value}'" if type(value) is str and value else type_name(value)
        raise library_error(f"{name} must be {kind.value}, got {got}")
    module, enumeration = CHOICES[kind]
    found = workflow if module == "temporalio.workflow" else common
    return getattr(found, enumeration)[value.upper()]


def _strings(value: Any, name: str) -> list[str]:
    if not isinstance(value, LuaTable):
        raise _wrong(value, OptionKind.STRINGS, name)
    items = [index(value, position) for position in range(1, length(value) + 1)]
    if len(items) != len(value) or not all(type(item) is str for item in items):
        raise library_error(f"{name} must be {OptionKind.STRINGS.value}")
    return [to_text(item) for item in items]


def _retry_policy(value: Any, name: str) -> RetryPolicy:
    if not isinstance(value, LuaTable):
        raise _wrong(value, OptionKind.RETRY_POLICY, name)
    fields = checked(value, RETRY_POLICY_OPTIONS, name)
    errors = fields.pop("non_retryable_errors", None)
    policy = RetryPolicy(**fields, non_retryable_error_types=errors)
    if policy.maximum_interval is not None and policy.maximum_interval < policy.initial_interval:
        raise library_error(f"{name}: maximum_interval must not be less than initial_interval")
    return policy
