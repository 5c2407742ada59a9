"""AY3xx: what would break when a workflow replays, and misuse of `ctx`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..syntax.nodes import Node
from ..syntax.source import Source
from .hints import suggestion as _hint
from .model import Diagnostic, error, warning


def forbidden_in_workflow(
    source: Source, node: Node, name: str, advice: str, chain: Sequence[tuple[str, str]] = ()
) -> Diagnostic:
    """`chain` are the functions on the way from a workflow to the place: name, and where it is defined."""
    found = error(
        "AY301",
        f"`{name}` in workflow code would not replay",
        source,
        node,
        advice.replace("{call}", f"{name}(...)") or "call it in an activity",
    )
    if len(chain) < 2:
        return found
    way = " -> ".join(f"{function} ({place})" for function, place in chain)
    return replace(found, notes=(f"reached from {way}",))


def loop_without_wait(source: Source, node: Node, is_endless: bool) -> Diagnostic:
    what = "this loop never ends" if is_endless else "this loop runs more than ten million times"
    return warning(
        "AY310",
        f"{what} and never waits: a workflow has two seconds until its next wait",
        source,
        node,
        "wait in it (ctx:sleep, ctx:wait_signal, ctx:wait_until), leave it with `break`, or put the work into an activity",
    )


def ignored_without_reason(source: Source, node: Node) -> Diagnostic:
    return error(
        "AY311",
        "a diagnostic is silenced here without a reason",
        source,
        node,
        "say why it is right in this place: `-- assay: ignore[AY301] reason`",
    )


def nothing_to_ignore(source: Source, node: Node, code: str) -> Diagnostic:
    shown = f"there is no {code} here to silence" if code else "no code is given"
    return warning("AY312", f"this comment silences nothing: {shown}", source, node, "remove it")


def cannot_be_ignored(source: Source, node: Node, code: str) -> Diagnostic:
    return error(
        "AY313",
        f"{code} cannot be silenced",
        source,
        node,
        "only warnings and AY301 can: everything else would not run as written",
    )


def unknown_context_method(
    source: Source, node: Node, noun: str, name: str, known: Iterable[str], is_info: bool = False
) -> Diagnostic:
    """`is_info` says that `ctx:workflow_info()` has a field of that name."""
    advice = f"write ctx:workflow_info().{name}" if is_info else _hint(name, known)
    return error("AY302", f"{noun} has no method `{name}`", source, node, advice)


def unknown_context_field(
    source: Source, node: Node, name: str, known: Iterable[str], is_info: bool
) -> Diagnostic:
    """`is_info` says that `ctx:workflow_info()` has a field of that name."""
    advice = f"write ctx:workflow_info().{name}" if is_info else _hint(name, known)
    return warning("AY325", f"ctx has no field `{name}`: this is always nil", source, node, advice)


def unknown_option(
    source: Source, node: Node, method: str, name: str, known: Iterable[str]
) -> Diagnostic:
    return error("AY303", f"`{method}` has no option `{name}`", source, node, _hint(name, known))


def wrong_option(source: Source, node: Node, method: str, name: str, expected: str) -> Diagnostic:
    message = f"`{name}` of `{method}` must be {expected}"
    help = f"give `{name}` such a value: docs/ctx.md lists the options"
    return error("AY304", message, source, node, help)


def unknown_activity(
    source: Source, node: Node, name: str, known: Iterable[str], is_local: bool
) -> Diagnostic:
    elsewhere = "" if is_local else "an activity of another worker needs the option `task_queue`; "
    return warning(
        "AY305",
        f"this worker registers no activity `{name}`",
        source,
        node,
        elsewhere + _hint(name, known),
    )


def unknown_child_workflow(
    source: Source, node: Node, name: str, known: Iterable[str]
) -> Diagnostic:
    return warning(
        "AY320",
        f"this worker registers no workflow `{name}`",
        source,
        node,
        f"a workflow of another worker needs the option `task_queue`; {_hint(name, known)}",
    )


def wrong_number_of_arguments(
    source: Source, node: Node, called: str, minimum: int, maximum: int | None, given: int
) -> Diagnostic:
    if maximum is None:
        expected = f"{minimum} or more arguments"
    elif minimum == maximum:
        expected = f"{minimum or 'no'} argument{'' if minimum == 1 else 's'}"
    else:
        expected = f"{minimum} to {maximum} arguments"
    message = f"`{called}` takes {expected}, got {given}"
    return error("AY321", message, source, node, f"docs/ctx.md shows how `{called}` is called")


def waits_in_callback(source: Source, node: Node, called: str) -> Diagnostic:
    return error(
        "AY306",
        f"a function that waits is given to `{called}`, which cannot wait",
        source,
        node,
        "call the ctx methods outside, and pass their results in",
    )


def context_in_side_effect(source: Source, node: Node) -> Diagnostic:
    return error(
        "AY307",
        "ctx cannot be used inside the function given to ctx:side_effect",
        source,
        node,
        "its function runs outside the workflow: use ctx before or after it",
    )


def wrong_argument(
    source: Source, node: Node, called: str, position: int, expected: str
) -> Diagnostic:
    ordinal = ("first", "second", "third", "fourth")[position]
    message = f"the {ordinal} argument of `{called}` must be {expected}"
    help = f"docs/ctx.md shows how `{called}` is called"
    return error("AY308", message, source, node, help)


def method_without_colon(source: Source, node: Node, noun: str, name: str) -> Diagnostic:
    """`noun` is "ctx", "future" or "child"."""
    shown = "`ctx`" if noun == "ctx" else f"the {noun}"
    return error(
        "AY323",
        f"`{name}` is a method: called with a dot, it takes its first argument for {shown}",
        source,
        node,
        f"write a colon: {noun}:{name}(...)",
    )


def not_sendable(source: Source, node: Node, name: str, is_future: bool) -> Diagnostic:
    """`name` is the field of the table that is sent, if it is one."""
    what = "a future" if is_future else "a function"
    place = f"`{name}` is {what}" if name else f"this is {what}"
    advice = (
        "send its result: future:get()"
        if is_future
        else "send data, and have a function of that name where it arrives"
    )
    return error(
        "AY324", f"{place}, which cannot be sent: JSON does not hold it", source, node, advice
    )


def changed_in_side_effect(source: Source, node: Node, name: str, is_assigned: bool) -> Diagnostic:
    """`is_assigned` tells a variable that is assigned from one whose table is changed."""
    how = "assigned" if is_assigned else "changed"
    advice = (
        f"return the value: `{name} = ctx:side_effect(function() return ... end)`"
        if is_assigned
        else f"return the value, and put it into `{name}` outside"
    )
    return error(
        "AY309",
        f"`{name}` is {how} inside ctx:side_effect, which is not run again on replay",
        source,
        node,
        advice,
    )


def changed_in_callback(source: Source, node: Node, name: str, called: str) -> Diagnostic:
    return warning(
        "AY322",
        f"`{name}` is changed in a function given to `{called}`, which must only look",
        source,
        node,
        "replay does not repeat it: change things in the workflow itself, or in an update",
    )
