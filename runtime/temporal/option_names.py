"""The option tables of the Lua API as data: which options there are, and what kind of value each takes.

Read by `options.py` at run time and by the compiler, which checks literal options: so nothing heavy is imported here, the SDK
least of all. The tables of the client are in `client_options.py`. Specification: ctx:execute_activity, ctx:wait_signal; beyond it
docs/ctx.md.
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
    POSITIVE = "an integer, 1 or more"
    RATE = "a number greater than 0"
    FACTOR = "a number, 1 or more"
    STRING = "a string"
    STRINGS = "a list of strings"
    BOOLEAN = "a boolean"
    RETRY_POLICY = "a table with the fields of a retry policy"
    FUNCTION = "a function"
    FIELDS = "a table of named values"
    SEARCH_ATTRIBUTES = "a table of search attributes"
    ACTIVITY_CANCELLATION = "'try_cancel', 'wait_cancellation_completed' or 'abandon'"
    CHILD_CANCELLATION = (
        "'try_cancel', 'wait_cancellation_completed', 'wait_cancellation_requested' or 'abandon'"
    )
    PARENT_CLOSE_POLICY = "'terminate', 'request_cancel' or 'abandon'"
    ID_REUSE_POLICY = "'allow_duplicate', 'allow_duplicate_failed_only' or 'reject_duplicate'"
    START_REUSE_POLICY = "'allow_duplicate', 'allow_duplicate_failed_only', 'reject_duplicate' or 'terminate_if_running'"
    ID_CONFLICT_POLICY = "'fail', 'use_existing' or 'terminate_existing'"
    OVERLAP_POLICY = (
        "'skip', 'buffer_one', 'buffer_all', 'cancel_other', 'terminate_other' or 'allow_all'"
    )
    TLS = "a boolean or a table with ca, cert, key and server_name"
    TRUST = "a boolean or the path of a file"
    CERTIFICATE = "a path or {certificate, key}"
    TEXTS = "a string or a list of strings"
    TABLES = "a list of tables with names"
    PRIORITY = "a table with priority_key, fairness_key and fairness_weight"
    VERSIONING_OVERRIDE = "'auto_upgrade' or a table with deployment_name and build_id"
    TIME = "a time in seconds since the epoch"
    ANY = "any value that JSON can hold"


CHOICES: Final[Mapping[OptionKind, tuple[str, str]]] = MappingProxyType(
    {
        OptionKind.ACTIVITY_CANCELLATION: ("temporalio.workflow", "ActivityCancellationType"),
        OptionKind.CHILD_CANCELLATION: ("temporalio.workflow", "ChildWorkflowCancellationType"),
        OptionKind.PARENT_CLOSE_POLICY: ("temporalio.workflow", "ParentClosePolicy"),
        OptionKind.ID_REUSE_POLICY: ("temporalio.common", "WorkflowIDReusePolicy"),
    }
)
"""Kinds whose value is one of a few names: where the SDK keeps the enumeration. Its members are the names in capitals."""


def choices(kind: OptionKind) -> tuple[str, ...]:
    """The names that an option of a kind in `CHOICES` may be."""
    return tuple(kind.value.split("'")[1::2])


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
    cancellation_type=OptionKind.ACTIVITY_CANCELLATION,
    summary=OptionKind.STRING,
)

LOCAL_ACTIVITY_OPTIONS: Final = _table(
    start_to_close_timeout=OptionKind.DURATION,
    schedule_to_close_timeout=OptionKind.DURATION,
    schedule_to_start_timeout=OptionKind.DURATION,
    local_retry_threshold=OptionKind.DURATION,
    retry_policy=OptionKind.RETRY_POLICY,
    cancellation_type=OptionKind.ACTIVITY_CANCELLATION,
    summary=OptionKind.STRING,
)

CHILD_WORKFLOW_OPTIONS: Final = _table(
    workflow_id=OptionKind.STRING,
    task_queue=OptionKind.STRING,
    execution_timeout=OptionKind.DURATION,
    run_timeout=OptionKind.DURATION,
    task_timeout=OptionKind.DURATION,
    retry_policy=OptionKind.RETRY_POLICY,
    parent_close_policy=OptionKind.PARENT_CLOSE_POLICY,
    cancellation_type=OptionKind.CHILD_CANCELLATION,
    id_reuse_policy=OptionKind.ID_REUSE_POLICY,
    memo=OptionKind.FIELDS,
    search_attributes=OptionKind.SEARCH_ATTRIBUTES,
)

CONTINUE_AS_NEW_OPTIONS: Final = _table(
    workflow_type=OptionKind.STRING,
    task_queue=OptionKind.STRING,
    run_timeout=OptionKind.DURATION,
    task_timeout=OptionKind.DURATION,
    retry_policy=OptionKind.RETRY_POLICY,
    memo=OptionKind.FIELDS,
    search_attributes=OptionKind.SEARCH_ATTRIBUTES,
    keep_signals=OptionKind.BOOLEAN,
)

OTHER_WORKFLOW_OPTIONS: Final = _table(run_id=OptionKind.STRING)
"""ctx:signal_workflow and ctx:cancel_workflow."""

UPDATE_OPTIONS: Final = _table(validator=OptionKind.FUNCTION)

WAIT_UNTIL_OPTIONS: Final = _table(timeout=OptionKind.TIMEOUT)

WAIT_SIGNAL_OPTIONS: Final = _table(timeout=OptionKind.TIMEOUT)

SDK_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "non_retryable_errors": "non_retryable_error_types",
        "workflow_id": "id",
        "workflow_type": "workflow",
    }
)
"""What the SDK calls an option of a workflow, an activity or a retry policy where its name is another."""


_OTHER_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "timeout": "start_to_close_timeout",
        "retries": "retry_policy",
        "retry": "retry_policy",
        "queue": "task_queue",
        "info": "workflow_info",
        "query": "register_query",
        "update": "register_update",
        "get_version": "patched",
    }
)
"""What authors call an option or a method that has another name."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The name of `known` that was probably meant by `name`; None when none is near."""
    names = sorted(known)
    if _OTHER_WORDS.get(name) in names:
        return _OTHER_WORDS[name]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return near[0] if near else None


def suggestion(name: str, known: Iterable[str]) -> str:
    """A hint for the unknown option `name`: `; did you mean 'timeout'?`, or what there is when nothing is near."""
    known = list(known)
    near = nearest(name, known)
    return f"; did you mean '{near}'?" if near else f"; there are: {', '.join(known)}"
