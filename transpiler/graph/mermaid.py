"""Flows in, Mermaid flowcharts out (https://mermaid.js.org/syntax/flowchart.html): GitHub and many wikis show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .flow import Branch, Flow, Leave, Loop, Step

_SHAPES = {
    "activity": '["{}"]',
    "wait": '{{{{"{}"}}}}',
    "timer": '(["{}"])',
    "child": '[["{}"]]',
    "step": '("{}")',
    "end": '(["{}"])',
    "branch": '{{"{}"}}',
    "loop": '{{"{}"}}',
    "start": '(("{}"))',
}
_STYLES = {
    "activity": "fill:#dbeafe,stroke:#2563eb,color:#111",
    "wait": "fill:#fef3c7,stroke:#d97706,color:#111",
    "timer": "fill:#fef3c7,stroke:#d97706,color:#111",
    "child": "fill:#ede9fe,stroke:#7c3aed,color:#111",
    "finish": "fill:#f3f4f6,stroke:#6b7280,color:#111",
}

_Open = list[tuple[str, str]]
"""Edges that lead on to whatever comes next: from which node, with which label."""


def to_mermaid(flows: Mapping[str, Flow]) -> str:
    """One chart, a subgraph for each workflow by name."""
    writer = _Writer()
    for number, (name, flow) in enumerate(flows.items()):
        writer.lines.append(f'  subgraph w{number}["{_escaped(name)}"]')
        start = writer.node("start", "start")
        going_on = writer.flow(flow, [(start, "")], [])
        if going_on:
            writer.connect(going_on, writer.node("end", "end"))
        writer.lines.append("  end")
    styles = [f"  classDef {kind} {style}" for kind, style in _STYLES.items()]
    return "\n".join(["flowchart TD", *writer.lines, *styles]) + "\n"


@dataclass
class _Writer:
    lines: list[str] = field(default_factory=list)
    count: int = 0

    def node(self, kind: str, text: str) -> str:
        self.count += 1
        name = f"n{self.count}"
        # `end` is a word of Mermaid's own.
        named = "finish" if kind == "end" else kind
        style = f":::{named}" if named in _STYLES else ""
        self.lines.append(f"    {name}{_SHAPES[kind].format(text)}{style}")
        return name

    def connect(self, open_edges: _Open, target: str) -> None:
        for origin, label in open_edges:
            shown = f'|"{label}"|' if label else ""
            self.lines.append(f"    {origin} -->{shown} {target}")

    def flow(self, flow: Flow, open_edges: _Open, left: _Open) -> _Open:
        """Writes the flow after `open_edges`; gives the edges that go on. Those that leave the loop are added to `left`."""
        for item in flow.items:
            match item:
                case Step(kind=kind):
                    shown = _escaped(item.text) + (
                        f"<br/>{_escaped(item.detail)}" if item.detail else ""
                    )
                    made = self.node(kind, shown)
                    self.connect(open_edges, made)
                    open_edges = [] if kind == "end" else [(made, "")]
                case Branch(arms=arms):
                    open_edges = self.branch(arms, open_edges, left)
                case Loop(text=text, body=body):
                    made = self.node("loop", _escaped(text))
                    self.connect(open_edges, made)
                    out: _Open = []
                    self.connect(self.flow(body, [(made, "")], out), made)
                    endless = text == "while true"
                    open_edges = out if endless else [(made, "done"), *out]
                case Leave():
                    left += open_edges
                    open_edges = []
        return open_edges

    def branch(self, arms: tuple[tuple[str, Flow], ...], open_edges: _Open, left: _Open) -> _Open:
        going_on: _Open = []
        for condition, flow in arms[:-1]:
            made = self.node("branch", _escaped(condition))
            self.connect(open_edges, made)
            going_on += self.flow(flow, [(made, "yes")], left)
            open_edges = [(made, "no")]
        return going_on + self.flow(arms[-1][1], open_edges, left)


_ENTITIES = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "`": "#96;"}


def _escaped(text: str) -> str:
    """Text as it may stand in quotes: Mermaid knows entities."""
    for character, entity in _ENTITIES.items():
        text = text.replace(character, entity)
    return text
