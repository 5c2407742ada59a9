"""Child workflows and messages to other workflows, as Lua sees them.

In: handles of the SDK, payloads ready for JSON. Out: `ChildWorkflow`, the handle that `ctx:start_child_workflow` gives.
Source of the SDK names: temporalio.workflow (start_child_workflow, get_external_workflow_handle). Documented in docs/ctx.md.
"""

from __future__ import annotations

from typing import Any

from temporalio import workflow

from ..errors import argument_error, library
from ..json_values import to_json
from ..strings import from_text, to_text
from ..suspending import SuspendingFunction
from ..values import type_name
from .context_methods import CHILD_FIELDS, OBJECT_METHODS
from .futures import Future, checked_future


class ChildWorkflow(Future):
    """A child workflow that has started: a future of its result, with `workflow_id`, `run_id` and `:signal()`."""

    lua_object_name = "child workflow"
    lua_fields = frozenset({*OBJECT_METHODS["child"], *CHILD_FIELDS})

    def __init__(self, handle: workflow.ChildWorkflowHandle[Any, Any]) -> None:
        super().__init__(handle)
        self._handle = handle

    @property
    def workflow_id(self) -> str:
        """The child's workflow id."""
        return from_text(self._handle.id)

    @property
    def run_id(self) -> str | None:
        """The id of the child's first run."""
        return self._handle.first_execution_run_id

    async def signal(self, name: str, *input: Any) -> None:
        """Sends the signal `name` with `input` (ready for JSON; none for a signal without a payload).

        Returns when the server has taken it; raises an SDK failure when the child is no longer there.
        """
        await self._handle.signal(name, *input)

    def lua_index(self, key: object) -> Any:
        """A field, or a method that takes the handle as its first argument."""
        if key in CHILD_FIELDS:
            return getattr(self, str(key))
        return _SIGNAL if key == "signal" else super().lua_index(key)


@library("child.signal")
async def _signal(child: Any = None, name: Any = None, input: Any = None, *_: Any) -> tuple[()]:
    handle = checked_future(child, "signal")
    assert isinstance(handle, ChildWorkflow)
    if not isinstance(name, str) or not name:
        raise argument_error(2, f"the name of a signal expected, got {type_name(name)}")
    await handle.signal(to_text(name), *([] if input is None else [to_json(input)]))
    return ()


_SIGNAL = SuspendingFunction(_signal)
