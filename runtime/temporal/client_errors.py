"""Errors of the Temporal client as Lua errors.

A Lua error is a string: the position of the call, the name of the gRPC status as `error("TYPE: text")` has its type, and a
sentence. So a program can look for it, and it is the type of the failure of an activity that does not catch it. Only that a
workflow did not complete is a table: `message`, `type` and `details` of its failure, `status` (how it ended), `workflow_id`,
and `run_id` of the next run after continue-as-new. As text it is the sentence `workflow 'ID' failed: MESSAGE`, which also has
the methods of strings: `err:find("timed out")`.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from temporalio.client import WorkflowFailureError

from ..client.errors import TemporalClientError, WorkflowFailedError
from ..errors import LuaError, library_error
from ..json_values import from_json
from ..stdlib import string as string_library
from ..strings import from_text
from ..values import TableWithMetatable
from .failures import Failure, describe, error_value

_WITHOUT_TYPE = frozenset({"FAILED", "INVALID_ARGUMENT", "CANCELLED"})
"""What code of the workflow did has no status of the server's; no program goes on from wrong arguments or a closed client."""


def lua_error(error: TemporalClientError) -> LuaError:
    """The Lua error for `error`, with the position of the Lua code that called."""
    if isinstance(error, WorkflowFailedError):
        return LuaError(_ending(error))
    type = "" if error.code in _WITHOUT_TYPE else f"{error.code}: "
    return library_error(from_text(f"{type}{error}"))


def _ending(error: WorkflowFailedError) -> Any:
    cause = error.__cause__
    thrown = (
        describe(cause.cause)
        if isinstance(cause, WorkflowFailureError) and error.status == "FAILED"
        else Failure(from_text(error.message), error.type, from_json(error.details))
    )
    fields = {
        **thrown.fields,
        "status": error.status,
        "workflow_id": from_text(error.workflow_id),
    }
    if error.new_run_id is not None:
        fields["run_id"] = error.new_run_id
    text = from_text(error.beginning) + (thrown.message if error.says_more else "")
    failure = dataclasses.replace(thrown, fields=fields, is_table=True)
    value = error_value(failure, text=text)
    if isinstance(value, TableWithMetatable):
        value.metatable["__index"] = _string_method(text)
    return value


def _string_method(text: str) -> Any:
    def method(_: Any, name: Any = None, *__: Any) -> Any:
        function = getattr(string_library, name, None) if name in _METHODS else None
        if function is None:
            return None
        return lambda _receiver, *arguments: function(text, *arguments)

    return method


_METHODS = frozenset({"find", "format", "gmatch", "gsub", "len", "lower", "match", "sub", "upper"})
