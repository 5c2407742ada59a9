"""`assay graph`: what a picture shows, in both formats, follows from the source."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from compiler_command import REPOSITORY, assay, write

_PROMOTION = str(REPOSITORY / "examples/promotion/promotion.lua")

_EVERYTHING = """\
local function tried(ctx, name)
  local ok = pcall(function() ctx:execute_activity(name, {}, { start_to_close_timeout = 90 }) end)
  return ok
end
local function again(ctx, n) if n > 0 then ctx:sleep(n) again(ctx, n - 1) end end
temporal.worker({
  url = "localhost:7233",
  task_queue = "q",
  activities = { a = function() end, b = function() end },
  workflows = {
    One = function(ctx, input)
      ctx:register_query("hidden", function() return 1 end)
      if tried(ctx, "a") then
        log.info("only computing")
      elseif input.text == "<b> & \\"q\\" `x` #1" then
        error("stopped")
      else
        again(ctx, 3)
      end
      if input.x then input.y = 1 end
      while true do
        local item = ctx:wait_signal("item", { timeout = 3600 })
        if not item then break end
        ctx:execute_child_workflow("Two", item)
      end
      repeat ctx:sleep(86400) until input.done
    end,
    Two = function(ctx) return 2 end,
  },
})
"""

_LINE = re.compile(
    r"flowchart TD|  subgraph w\d+\[\"[^\"]*\"\]|  end|  classDef [a-z]+ [a-z0-9#:,]+"
    r"|    n\d+[\[({]+\"[^\"<>`]*(?:<br/>[^\"<>`]*)?\"[\])}]+(?::::[a-z]+)?|    n\d+ -->(?:\|\"[a-z]+\"\|)? n\d+"
)


def _drawn(text: str) -> list[str]:
    """The nodes' texts and the edges between them, by text."""
    lines = text.splitlines()
    assert all(_LINE.fullmatch(line) for line in lines), text
    names = dict(re.findall(r"^    (n\d+)[\[({]+\"(.*?)\"", text, re.MULTILINE))
    edges = re.findall(r"^    (n\d+) -->(?:\|\"(\w+)\"\|)? (n\d+)", text, re.MULTILINE)
    return [f"{names[a]} {label + ' ' if label else ''}-> {names[b]}" for a, label, b in edges]


def test_promotion(tmp_path: Path) -> None:
    shown = assay(tmp_path, "graph", _PROMOTION)
    assert (shown.status, shown.err) == (0, "")
    assert [edge.split(" -> ")[1] for edge in _drawn(shown.out)] == [
        "wait signal 'approve'<br/>timeout 1 d",
        "not approval",
        "return { status = #quot;timed_out#quot; }",
        "update_gitops<br/>start to close 30 s, 3 attempts",
        "notify",
        "return { status = #quot;done#quot;, commit_id = commit.short_id,\N{HORIZONTAL ELLIPSIS}",
    ]
    assert "not approval yes -> return" in _drawn(shown.out)[2]
    assert "not approval no -> update_gitops" in _drawn(shown.out)[3]


def test_everything(tmp_path: Path) -> None:
    """Helpers are followed, recursion ends, what only computes is left out, loops lead back, break leads out."""
    write(tmp_path, {"w.lua": _EVERYTHING})
    shown = assay(tmp_path, "graph", "w.lua", "--workflow", "One")
    assert shown.status == 0, shown
    edges = _drawn(shown.out)
    condition = next(e for e in edges if "input.text" in e).split(" no -> ")[1]
    assert edges[0] == "start -> a<br/>start to close 90 s"
    assert f"{condition} yes -> error #quot;stopped#quot;" in edges
    assert "n #gt; 0 yes -> sleep 3 s" in edges
    assert "execute child workflow item" not in shown.out
    assert "not item no -> execute child workflow 'Two'" in edges
    assert "execute child workflow 'Two' -> while true" in edges
    assert "not item yes -> repeat until input.done" in edges
    assert "sleep 1 d -> repeat until input.done" in edges
    assert "repeat until input.done done -> end" in edges
    assert (
        "hidden" not in shown.out and "input.x" not in shown.out and "while true done" not in edges
    )


_THROUGH_VALUES = """\
local Saga = {}
Saga.__index = Saga
function Saga.new(ctx) return setmetatable({ ctx = ctx, undo = {} }, Saga) end
function Saga:step(name)
  self.ctx:execute_activity(name, {})
  table.insert(self.undo, name)
end
function Saga:undo_all()
  self.ctx:shielded(function()
    for _, name in ipairs(self.undo) do self.ctx:execute_activity("undo", name) end
  end)
end
local function each(ctx, items, fn)
  for _, item in ipairs(items) do
    ctx:spawn(function()
      local ok = pcall(fn, item)
      if not ok then error("lost") end
    end)
  end
end
temporal.worker({
  url = "localhost:7233",
  task_queue = "q",
  activities = { a = function() end, b = function() end, undo = function() end },
  workflows = {
    One = function(ctx, input)
      local saga = Saga.new(ctx)
      saga:step("a")
      each(ctx, input.items, function(item) ctx:execute_activity("b", item) end)
      ctx:sleep(5)
      saga:undo_all()
    end,
  },
})
"""


def test_what_runs_through_values(tmp_path: Path) -> None:
    """Functions given to functions, spawned and shielded ones, methods of objects; an error in what is spawned ends nothing."""
    write(tmp_path, {"w.lua": _THROUGH_VALUES})
    shown = assay(tmp_path, "graph", "w.lua")
    assert (shown.status, shown.err) == (0, "")
    loop, undo = "for _, item in ipairs(items)", "for _, name in ipairs(self.undo)"
    assert _drawn(shown.out) == [
        "start -> a",
        f"a -> {loop}",
        f"{loop} -> spawn",
        "spawn -> b",
        "b -> not ok",
        "not ok yes -> error #quot;lost#quot;",
        f"error #quot;lost#quot; -> {loop}",
        f"not ok no -> {loop}",
        f"{loop} done -> sleep 5 s",
        f"sleep 5 s -> {undo}",
        f"{undo} -> undo",
        f"undo -> {undo}",
        f"{undo} done -> end",
    ]


def test_svg(tmp_path: Path) -> None:
    """Well-formed, everything inside the picture, in its place under what comes before."""
    write(tmp_path, {"w.lua": _EVERYTHING})
    assert assay(tmp_path, "graph", "w.lua", "-o", "w.svg").status == 0
    assert (
        assay(tmp_path, "graph", "w.lua", "--format", "svg").out == (tmp_path / "w.svg").read_text()
    )
    root = ElementTree.parse(tmp_path / "w.svg").getroot()
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    places: dict[str, tuple[float, float]] = {}

    def visit(node: ElementTree.Element, x: float, y: float) -> None:
        moved = re.match(r"translate\((\S+) (\S+)\)", node.get("transform", ""))
        if moved:
            x, y = x + float(moved[1]), y + float(moved[2])
        if node.tag.endswith("rect") and node.get("width") != "100%":
            assert x >= 0 and x + float(node.attrib["width"]) <= width
            assert y >= 0 and y + float(node.attrib["height"]) <= height
        if node.tag.endswith("text"):
            places[node.text or ""] = (x + float(node.attrib["x"]), y + float(node.attrib["y"]))
        for child in node:
            visit(child, x, y)

    visit(root, 0, 0)
    order = [
        "One",
        "a",
        'error "stopped"',
        "while true",
        "wait signal 'item'",
        "repeat until input.done",
    ]
    assert [places[name][1] for name in order] == sorted(places[name][1] for name in order)
    assert places["Two"][0] > places["One"][0]
    assert 'input.text == "<b> & \\"q\\" `x` #1"' in places


def test_wrong_usage(tmp_path: Path) -> None:
    write(tmp_path, {"s.lua": "print(1)", "bad.lua": "print("})
    none = assay(tmp_path, "graph", "s.lua")
    assert (none.status, none.err) == (
        2,
        "assay graph: s.lua has no workflow\n",
    )
    other = assay(tmp_path, "graph", _PROMOTION, "--workflow", "X")
    assert other.status == 2
    assert "no workflow X; its workflows: PromotionWorkflow" in other.err
    assert assay(tmp_path, "graph", "bad.lua").status == 1
    assert assay(tmp_path, "graph", "missing.lua").status == 2
    assert assay(tmp_path, "graph", _PROMOTION, "-o", "no/where.svg").status == 2
