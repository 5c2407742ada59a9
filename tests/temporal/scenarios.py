"""Workflows to play on a server, as data: what is sent at which wait, and what must come out.

`playing.py` plays them in three ways, `test_scenarios.py` compares. Of a package with several workers all run, and the workflows
are those of the first. A new `ctx` call gets a workflow in lua/waiting.lua and
a row here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from temporalio.client import WorkflowHistory


@dataclass(frozen=True)
class Signal:
    """Sent when the workflow waits."""

    name: str
    payload: Any = None


@dataclass(frozen=True)
class Query:
    """Asked when the workflow waits: the answer must be `expected`."""

    name: str
    expected: Any
    argument: Any = None


@dataclass(frozen=True)
class Cancel:
    """A cancel request."""


@dataclass(frozen=True)
class Update:
    """Sent when the workflow waits; what it gives, maybe after further waits, must be `expected`."""

    name: str
    argument: Any
    expected: Any


Step = Signal | Query | Cancel | Update


@dataclass(frozen=True)
class Outcome:
    """How a run ended: its status (COMPLETED, FAILED, CANCELED), its result or the message of its failure, its history."""

    status: str
    result: Any
    message: str
    history: WorkflowHistory


@dataclass(frozen=True)
class Scenario:
    """One run. The next of `steps` comes when the workflow waits for it: no activity runs, no short timer, no child.

    `expected` is the result, or the failure's message; `check` looks closer where the result differs from run to run.
    """

    package: str
    workflow: str
    input: Any
    steps: tuple[Step, ...]
    expected: Any = None
    waits: int = 0
    """The least number of waits at which a worker is lost: short timers may fire before it is."""

    check: Callable[[Outcome], None] | None = None
    status: str = "COMPLETED"
    is_long: bool = False
    """Many waits: workers are killed under it by `make test-kill` only."""

    def __str__(self) -> str:
        return f"{self.package}.{self.workflow}"


def recorded_values(history: WorkflowHistory) -> list[Any]:
    """The values of the side effects as the history holds them, in order; an error is `{"error": ...}`."""
    values = []
    for event in history.events:
        if event.HasField("marker_recorded_event_attributes"):
            payloads = event.marker_recorded_event_attributes.details["result"].payloads
            outcome = json.loads(payloads[0].data)
            values.append(outcome["value"] if "value" in outcome else {"error": outcome["error"]})
    return values


def activity_inputs(history: WorkflowHistory) -> list[Any]:
    """What the activities were given, in the order in which they were scheduled."""
    return [
        json.loads(event.activity_task_scheduled_event_attributes.input.payloads[0].data)
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]


def _tally(outcome: Outcome) -> None:
    assert outcome.result["items"] == "a,b,c"
    assert outcome.result["extras"] == 2
    assert outcome.result["tickets"] == recorded_values(outcome.history)
    assert len(set(outcome.result["tickets"])) == 3


def _everything(outcome: Outcome) -> None:
    ticket = outcome.result[3]
    assert outcome.result == [True, "side 1", {"n": 1}, ticket]
    assert recorded_values(outcome.history) == [ticket, {"error": "side 1"}]
    assert activity_inputs(outcome.history) == [{"value": ticket["id"]}]


_PROMOTION = {
    "version": "v1",
    "target": "prod",
    "gitlab_url": "http://127.0.0.1:9",
    "gitops_commit": {"branch": "main"},
}

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        "waiting",
        "Promotion",
        _PROMOTION,
        (Signal("approve", {"user": "jane"}),),
        {
            "status": "done",
            "commit_id": "commit-main",
            "approved_by": "jane",
            "told": "Deployed v1 to prod",
        },
        waits=3,
    ),
    Scenario(
        "waiting",
        "Tally",
        {"count": 3},
        (
            Query("state", {"items": 0, "extras": 0, "asked": "x"}, "x"),
            Signal("item", {"name": "a"}),
            Signal("extra", True),
            Signal("extra", True),
            Query("state", {"items": 1, "extras": 0}),
            Signal("item", {"name": "b"}),
            Query("state", {"items": 2, "extras": 2}),
            Signal("item", {"name": "c"}),
        ),
        None,
        waits=5,
        check=_tally,
        is_long=True,
    ),
    Scenario(
        "waiting",
        "Failures",
        {},
        (),
        [
            "false REFUSED no way 3",
            "inner false",
            "false handled: activity 'refuse' failed: no time",
            "false try 1",
            "false try 2",
            "true reached",
            3,
        ],
        waits=4,
    ),
    Scenario(
        "waiting",
        "Everything",
        {"rounds": 1},
        (Query("phase", "signal 1"), Signal("go", {"n": 1})),
        None,
        waits=3,
        check=_everything,
    ),
    Scenario(
        "waiting",
        "Generators",
        None,
        (Signal("next"), Signal("next"), Signal("next")),
        "l1 r1 l2 r2 l3 r3",
        waits=9,
        is_long=True,
    ),
    Scenario(
        "waiting",
        "Together",
        None,
        (Query("ready", 0), Signal("branch", "signaled"), Query("ready", 1)),
        {"found": ["second", "first"], "branch": "signaled", "child": "child16"},
        waits=3,
    ),
    Scenario(
        "waiting",
        "Chain",
        None,
        (Update("add", "a", 1), Signal("kept", 7), Update("add", "b", 2), Update("add", "c", 3)),
        {"runs": 3, "got": ["a", "b", "c"], "kept": 7},
        waits=6,
    ),
    Scenario(
        "waiting",
        "Breaks",
        {},
        (),
        "waiting.lua:167: attempt to index a nil value (field 'missing')",
        waits=1,
        status="FAILED",
    ),
    Scenario("waiting", "Canceled", None, (Cancel(),), "", waits=2, status="CANCELED"),
    Scenario(
        "waiting",
        "CanceledButDone",
        None,
        (Cancel(),),
        {"ok": False, "type": "CANCELED", "after": "afterwards"},
        waits=2,
    ),
    Scenario(
        "waiting",
        "Drawn",
        None,
        (),
        {"same": True, "seen": ["local", "local", "work", "child16", "new"]},
        waits=3,
    ),
    Scenario(
        "waiting",
        "Messages",
        None,
        (Cancel(), Signal("finish", "finished")),
        ["signaled", "CANCELED", "finished", "CANCELED", True],
        waits=2,
    ),
    Scenario(
        "shapes",
        "Coroutines",
        None,
        (),
        ["n1", "n2", "n3", "end", 2, 20, "dead"],
        waits=3,
        is_long=True,
    ),
    Scenario("made", "First", "x", (), ["First", 2, 1, "<red x>"], waits=1),
    Scenario("regions", "Order", 7, (), ["eu", "1eu", "charged 7", 1], waits=2),
)
