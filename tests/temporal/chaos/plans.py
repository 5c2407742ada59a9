"""What the workflows of a chaos run are to do, drawn from a seed, and what must come of it.

A plan is the input of the workflow `Walk` (lua/walks.lua). `expected` computes its result without Temporal.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, Final

SIDE_EFFECT: Final = object()
"""Stands in an expected result for a value that only the run can know."""

Step = dict[str, Any]


def _activity(draw: random.Random, _number: int) -> Step:
    return {"kind": "activity", "value": draw.randrange(1000)}


def _timer(draw: random.Random, _number: int) -> Step:
    return {"kind": "timer", "seconds": draw.choice([0, 0.05, 0.5, 1.5])}


def _signal(draw: random.Random, number: int) -> Step:
    return {"kind": "signal", "name": draw.choice(["left", "right"]), "payload": number}


def _side_effect(_draw: random.Random, _number: int) -> Step:
    return {"kind": "side_effect"}


def _failure(draw: random.Random, _number: int) -> Step:
    return {"kind": "failure", "what": draw.choice(["way", "time"])}


def _child(draw: random.Random, number: int) -> Step:
    kinds = (_activity, _timer, _failure)
    return {"kind": "child", "steps": [kind(draw, number) for kind in kinds]}


def _futures(draw: random.Random, _number: int) -> Step:
    return {"kind": "futures", "values": [draw.randrange(100) for _ in range(3)]}


_KINDS: tuple[Callable[[random.Random, int], Step], ...] = (
    _activity,
    _timer,
    _signal,
    _side_effect,
    _failure,
    _child,
    _futures,
)


def plan(draw: random.Random, steps: int) -> dict[str, Any]:
    """The input of one workflow: `steps` steps of every kind, in some order."""
    made = [_KINDS[number % len(_KINDS)](draw, number) for number in range(steps)]
    draw.shuffle(made)
    return {"steps": made}


def signals(steps: Sequence[Step]) -> list[tuple[str, Any]]:
    """The signals that the steps wait for, in their order."""
    return [(step["name"], step["payload"]) for step in steps if step["kind"] == "signal"]


def expected(steps: Sequence[Step]) -> list[Any]:
    """The result of the workflow, with SIDE_EFFECT where a recorded value stands."""
    results: dict[str, Callable[[Step], Any]] = {
        "activity": lambda step: step["value"] * 2,
        "timer": lambda step: "slept",
        "signal": lambda step: step["payload"],
        "side_effect": lambda step: SIDE_EFFECT,
        "child": lambda step: expected(step["steps"]),
        "futures": lambda step: sum(value * 2 for value in step["values"]),
        "failure": lambda step: f"REFUSED no {step['what']}",
    }
    return [results[step["kind"]](step) for step in steps]
