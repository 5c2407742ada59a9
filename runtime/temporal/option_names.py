"""The option tables of the Lua API as data: which options there are, and what kind of value each takes.

Read by `options.py` at run time and by the compiler, which checks literal options: so nothing heavy is imported here, the SDK
least of all. The tables of the client are in `client_options.py`. Specification: ctx:execute_activity, ctx:wait_signal.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final


class OptionKind(Enum):
    """What an option's value must be; the text is how an error names it."""

    DURATION = "a number of seconds greater than 0"
    TIMEOUT = "a number of seconds, 0 or more"
    COUNT = "an integer, 0 or more"
    FACTOR = "a number, 1 or more"
    STRING = "a string"
    STRINGS = "a list of strings"
    BOOLEAN = "a boolean"
    RETRY_POLICY = "a table with the fields of a retry policy"
    ANY = "any value that JSON can hold"


DEFAULT_START_TO_CLOSE_SECONDS: Final = 300
"""How long one attempt of an activity may take when the options do not say (specification, ctx:execute_activity)."""


def _table(**kinds: OptionKind) -> Mapping[str, OptionKind]:
    return MappingProxyType(kinds)


RETRY_POLICY_OPTIONS: Final = _table(
    initial_interval=OptionKind.DURATION,
    backoff_coefficient=OptionKind.FACTOR,
    maximum_interval=OptionKind.DURATION,
    maximum_attempts=OptionKind.COUNT,
    non_retryable_errors=OptionKind.STRINGS,
)

ACTIVITY_OPTIONS: Final = _table(
    start_to_close_timeout=OptionKind.DURATION,
    schedule_to_close_timeout=OptionKind.DURATION,
    schedule_to_start_timeout=OptionKind.DURATION,
    heartbeat_timeout=OptionKind.DURATION,
    task_queue=OptionKind.STRING,
    retry_policy=OptionKind.RETRY_POLICY,
)

WAIT_SIGNAL_OPTIONS: Final = _table(timeout=OptionKind.TIMEOUT)


def suggestion(name: str, known: Iterable[str]) -> str:
    """A hint for the unknown option `name`: `; did you mean 'timeout'?`, or what there is when nothing is near."""
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; there are: {', '.join(known)}"
