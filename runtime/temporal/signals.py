"""Signals of one run: buffered by name in the order of arrival until somebody waits for them, and handed to the next run if asked.

In: raw payloads as the server sends them. Out: Lua values, to `ctx:wait_signal`. Specification: ctx:wait_signal.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from ..errors import library_error
from ..strings import from_text, to_text
from .payloads import from_json

CARRIED_KEY: Final = "assay_carried_signals"
"""Names the second argument by which a run that continues as new hands its signals on. It stands in histories: never change it."""


class SignalBuffer:
    """What has come and nobody has waited for yet."""

    def __init__(self) -> None:
        # Lists, though they are read from the front: few signals wait, and an empty deque takes 600 bytes of each cached workflow.
        self._queues: dict[str, list[RawValue | None]] = {}

    def receive(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Keeps a signal; of its arguments the first."""
        # Decoded by who waits for it: an error here would fail the workflow task, for ever.
        self._queue(from_text(name)).append(arguments[0] if arguments else None)

    async def wait(self, name: str, timeout: timedelta | None) -> Any:
        """The next signal's payload as a Lua value; nil after `timeout`, and for a signal without a payload."""
        queue = self._queue(name)
        while not queue:
            if timeout is not None and timeout <= timedelta():
                return None
            try:
                await workflow.wait_condition(lambda: bool(queue), timeout=timeout)
            except TimeoutError:
                if not queue:
                    return None
        raw = queue.pop(0)
        return None if raw is None else _payload(name, raw)

    def unread(self) -> str:
        """The signals that are left, for a warning: `approve (2), go (1)`; empty when there are none."""
        left = ((name, len(queue)) for name, queue in self._queues.items() if queue)
        return ", ".join(f"{to_text(name)} ({count})" for name, count in left)

    def carried(self) -> dict[str, Any] | None:
        """The signals that are left as an argument for the next run, None when there are none."""
        plain = {
            to_text(name): [_plain(raw) for raw in queue]
            for name, queue in self._queues.items()
            if queue
        }
        return {CARRIED_KEY: plain} if plain else None

    def restore(self, argument: Any) -> None:
        """Takes what the run before handed on. Earlier than any signal of this run; anything else than `carried` is ignored."""
        if type(argument) is not dict or set(argument) != {CARRIED_KEY}:
            return
        for name, payloads in argument[CARRIED_KEY].items():
            self._queue(from_text(name))[:0] = [_raw(each) for each in payloads]

    def _queue(self, name: str) -> list[RawValue | None]:
        return self._queues.setdefault(name, [])


def _payload(name: str, raw: RawValue) -> Any:
    try:
        return from_json(workflow.payload_converter().from_payload(raw.payload))
    except RuntimeError as error:
        # What the SDK raises for a payload that is not JSON or not what it says to be.
        raise library_error(
            f"wait_signal: the payload of '{name}' cannot be read: {error}"
        ) from error


def _plain(raw: RawValue | None) -> Any:
    if raw is None:
        return None
    metadata = {
        key: base64.b64encode(value).decode() for key, value in raw.payload.metadata.items()
    }
    return {"metadata": metadata, "data": base64.b64encode(raw.payload.data).decode()}


def _raw(plain: Any) -> RawValue | None:
    if plain is None:
        return None
    metadata = {key: base64.b64decode(value) for key, value in plain["metadata"].items()}
    return RawValue(Payload(metadata=metadata, data=base64.b64decode(plain["data"])))
