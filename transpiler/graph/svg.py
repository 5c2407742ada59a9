"""Flows in, an SVG picture out, without a browser or another program.

A flow is a tree of sequences, branches and loops, so a layout needs no solver: every part is a box that knows its size and the
column in which control enters and leaves it; sequences stack boxes, branches set them side by side, loops put a frame around
one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from .flow import Branch, Flow, Item, Leave, Loop, Step

_CHARACTER, _LINE, _PAD, _GAP = 7.2, 17.0, 10.0, 26.0
_COLOURS = {
    "activity": ("#dbeafe", "#2563eb"),
    "wait": ("#fef3c7", "#d97706"),
    "timer": ("#fef3c7", "#d97706"),
    "child": ("#ede9fe", "#7c3aed"),
    "step": ("#ffffff", "#6b7280"),
    "end": ("#f3f4f6", "#6b7280"),
    "branch": ("#ffffff", "#374151"),
}
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{0:.0f}" height="{1:.0f}" viewBox="0 0 {0:.0f} {1:.0f}" '
    'font-family="ui-monospace, monospace" font-size="12">\n'
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0L8 4L0 8z" fill="#374151"/></marker></defs>\n'
    '<rect width="100%" height="100%" fill="white"/>\n'
)


@dataclass(frozen=True)
class _Box:
    """A laid-out part: its elements relative to its corner; `enter` and `leave` are columns, `leave` None when nothing goes on."""

    width: float
    height: float
    enter: float
    leave: float | None
    elements: tuple[str, ...]

    def at(self, x: float, y: float) -> str:
        return f'<g transform="translate({x:.1f} {y:.1f})">{"".join(self.elements)}</g>'


def to_svg(flows: Mapping[str, Flow]) -> str:
    """One picture with the workflows side by side, each under its name."""
    x, bottom, parts = _PAD, 0.0, []
    for name, flow in flows.items():
        start = _node("step", [name])
        box = _sequence([start, *map(_item, flow.items)])
        parts.append(box.at(x, _PAD))
        x += box.width + _GAP
        bottom = max(bottom, box.height)
    body = "\n".join(parts)
    return _HEAD.format(x, bottom + 2 * _PAD) + body + "\n</svg>\n"


def _item(item: Item) -> _Box:
    match item:
        case Step(kind=kind):
            lines = [item.text, item.detail] if item.detail else [item.text]
            return _node(kind, lines, ends=kind == "end")
        case Branch(arms=arms):
            return _branch(arms)
        case Loop(text=text, body=body):
            return _loop(text, body)
        case Leave():
            return _node("end", ["break"], ends=True)


def _node(kind: str, lines: Sequence[str], ends: bool = False) -> _Box:
    width = max(map(len, lines)) * _CHARACTER + 2 * _PAD
    height = len(lines) * _LINE + _PAD
    fill, stroke = _COLOURS[kind]
    round_by = height / 2 if kind in ("end", "timer") else 3
    made = [
        f'<rect width="{width:.1f}" height="{height:.1f}" rx="{round_by:.1f}" fill="{fill}" stroke="{stroke}"/>'
    ]
    for number, line in enumerate(lines):
        colour = "#111" if number == 0 else "#555"
        y = _PAD / 2 + (number + 0.75) * _LINE
        made.append(_text(width / 2, y, line, colour))
    return _Box(width, height, width / 2, None if ends else width / 2, tuple(made))


def _text(x: float, y: float, text: str, colour: str = "#111", anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">{escape(text)}</text>'


def _arrow(x: float, y: float, to_x: float, to_y: float) -> str:
    middle = (y + to_y) / 2
    path = f"M{x:.1f} {y:.1f}V{middle:.1f}H{to_x:.1f}V{to_y:.1f}"
    return f'<path d="{path}" fill="none" stroke="#374151" marker-end="url(#arrow)"/>'


def _sequence(boxes: Sequence[_Box]) -> _Box:
    """The boxes under each other, their entries in one column."""
    if not boxes:
        return _Box(_PAD, 0.0, _PAD / 2, _PAD / 2, ())
    column = max(box.enter for box in boxes)
    width = max(column - box.enter + box.width for box in boxes)
    y, made, leave = 0.0, [], None
    for number, box in enumerate(boxes):
        x = column - box.enter
        if number and leave is not None:
            made.append(_arrow(leave, y - _GAP, column, y))
        made.append(box.at(x, y))
        leave = None if box.leave is None else x + box.leave
        y += box.height + _GAP
    return _Box(width, y - _GAP, column, leave, tuple(made))


def _branch(arms: Sequence[tuple[str, Flow]]) -> _Box:
    """A condition above each arm, the arms side by side; those that go on come together below."""
    columns = [
        _sequence([_node("branch", [condition]), *map(_item, flow.items)])
        for condition, flow in arms
    ]
    height = _GAP + max(column.height for column in columns) + _GAP
    width = sum(column.width for column in columns) + _GAP * (len(columns) - 1)
    middle = (
        columns[0].enter + (width - columns[-1].width + columns[-1].enter - columns[0].enter) / 2
    )
    goes_on = any(column.leave is not None for column in columns)
    x, made = 0.0, []
    for column in columns:
        made.append(_arrow(middle, 0.0, x + column.enter, _GAP))
        made.append(column.at(x, _GAP))
        if column.leave is not None:
            path = f"M{x + column.leave:.1f} {_GAP + column.height:.1f}V{height - _GAP / 2:.1f}H{middle:.1f}V{height:.1f}"
            made.append(f'<path d="{path}" fill="none" stroke="#374151"/>')
        x += column.width + _GAP
    return _Box(width, height, middle, middle if goes_on else None, tuple(made))


def _loop(text: str, body: Flow) -> _Box:
    """A frame around the body, the condition in its upper edge."""
    inside = _sequence([*map(_item, body.items)])
    width = max(inside.width + 2 * _PAD, len(text) * _CHARACTER + 3 * _PAD)
    shift = (width - inside.width) / 2
    height = inside.height + _LINE + 3 * _PAD
    enter = shift + inside.enter
    frame = f'<rect width="{width:.1f}" height="{height:.1f}" rx="6" fill="#f9fafb" stroke="#9ca3af" stroke-dasharray="5 3"/>'
    elements = (frame, _text(_PAD, _LINE - 2, text, "#374151", "start"))
    return _Box(width, height, enter, enter, (*elements, inside.at(shift, _LINE + _PAD)))
