"""Options of the gRPC client that are one of a few words, and values the SDK takes in another form.

In: words ("reject_duplicate", in capitals or not), seconds, plain values. Out: the SDK's enumerations, durations, typed search
attributes. Raises ValueError that names the option and what there is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any, Final, Literal, TypeAlias, TypeVar

from temporalio.client import ScheduleOverlapPolicy
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)

IdReusePolicy: TypeAlias = Literal[
    "allow_duplicate", "allow_duplicate_failed_only", "reject_duplicate", "terminate_if_running"
]
"""May a workflow start whose id a closed one had?"""
IdConflictPolicy: TypeAlias = Literal["fail", "use_existing", "terminate_existing"]
"""What becomes of a start while a workflow with this id runs."""
OverlapPolicy: TypeAlias = Literal[
    "skip", "buffer_one", "buffer_all", "cancel_other", "terminate_other", "allow_all"
]
"""What a schedule does while the workflow it started before still runs."""

Seconds: TypeAlias = float | timedelta
SearchAttributeValue: TypeAlias = bool | int | float | str | datetime | Sequence[str]

REUSE_POLICIES: Final = {policy.name.lower(): policy for policy in WorkflowIDReusePolicy}
CONFLICT_POLICIES: Final = {
    policy.name.lower(): policy
    for policy in WorkflowIDConflictPolicy
    if policy is not WorkflowIDConflictPolicy.UNSPECIFIED
}
OVERLAP_POLICIES: Final = {policy.name.lower(): policy for policy in ScheduleOverlapPolicy}

_Policy = TypeVar("_Policy", bound=IntEnum)


def chosen(value: str, choices: Mapping[str, _Policy], option: str) -> _Policy:
    """The policy that is called `value`."""
    found = choices.get(value.lower())
    if found is None:
        raise ValueError(f"{option} must be one of {', '.join(choices)}, got {value!r}")
    return found


def duration(value: Seconds | None, option: str) -> timedelta | None:
    """A duration from seconds; None stays."""
    if value is None or isinstance(value, timedelta):
        return value
    if not 0 <= value < math.inf:
        raise ValueError(f"{option} must be a number of seconds, 0 or more, got {value}")
    return timedelta(seconds=value)


def moment(value: float | datetime | None) -> datetime | None:
    """A time from seconds since the epoch; None stays."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime.fromtimestamp(value, UTC)


def search_attributes(
    values: Mapping[str, SearchAttributeValue] | None,
) -> TypedSearchAttributes:
    """Search attributes, typed by their values.

    Text goes as a keyword, which the server also takes for attributes of type Text and (as ISO 8601) Datetime; an int also does
    for Double (measured with server 1.29)."""
    pairs = [_pair(name, value) for name, value in (values or {}).items()]
    return TypedSearchAttributes(pairs) if pairs else TypedSearchAttributes.empty


def _pair(name: str, value: Any) -> SearchAttributePair[Any]:
    if isinstance(value, bool):
        return SearchAttributePair(SearchAttributeKey.for_bool(name), value)
    if isinstance(value, int):
        return SearchAttributePair(SearchAttributeKey.for_int(name), value)
    if isinstance(value, float):
        return SearchAttributePair(SearchAttributeKey.for_float(name), value)
    if isinstance(value, str):
        return SearchAttributePair(SearchAttributeKey.for_keyword(name), value)
    if isinstance(value, datetime):
        return SearchAttributePair(SearchAttributeKey.for_datetime(name), value)
    if isinstance(value, Sequence) and all(isinstance(item, str) for item in value):
        return SearchAttributePair(SearchAttributeKey.for_keyword_list(name), list(value))
    raise ValueError(
        f"search_attributes.{name} must be a boolean, a number, text, a time or a list of texts"
    )


def plain_search_attributes(found: TypedSearchAttributes) -> dict[str, Any]:
    """Search attributes as the records show them: times as ISO 8601 text."""
    return {
        pair.key.name: pair.value.isoformat() if isinstance(pair.value, datetime) else pair.value
        for pair in found
    }
