"""All errors of a run are told, whichever stage finds them, and of every file."""

from __future__ import annotations

import re
from pathlib import Path

from compiler_command import compile_lua, write

_WORKER = """\
temporal.worker({
  url = "localhost:7233",
  task_queue = "q",
  nonsense = 1,
  workflows = {
    W = function(ctx, input)
      local x = http.get("x")
      ctx:sleepy(1)
      ctx:wait_signal("a", { timout = 3 })
      return undefined(x)
    end,
  },
})
"""


def _told(text: str) -> list[str]:
    return re.findall(r"^(\S+?:\d+):\d+: error\[(?:AY\d+)\]", text, re.MULTILINE)


def test_of_every_stage(tmp_path: Path) -> None:
    """Analysis finds the first and the last, lowering those between."""
    write(tmp_path, {"w.lua": _WORKER})
    found = compile_lua(tmp_path, "w.lua", "-o", "out")
    assert _told(found.err) == [f"w.lua:{line}" for line in (4, 7, 8, 9, 10)]
    assert found.err.endswith("5 errors: nothing was written\n")
    assert not (tmp_path / "out").exists()


def test_warnings_stand_where_they_belong(tmp_path: Path) -> None:
    """Analysis finds the warning, lowering the errors around it."""
    source = _WORKER.replace("nonsense = 1", "activities = {}").replace(
        "ctx:wait", "while true do end ctx:wait"
    )
    write(tmp_path, {"w.lua": source})
    found = compile_lua(tmp_path, "w.lua", "-o", "out")
    told = re.findall(r"^w.lua:(\d+):\d+: (error|warning)", found.err, re.MULTILINE)
    assert told == [
        *(("7", "error"), ("8", "error"), ("9", "warning"), ("9", "error"), ("10", "error"))
    ]


def test_of_every_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "x.lua": 'require("a") require("b") require("missing")',
            "a.lua": "x = = 1\ny = = 2\n",
            "b.lua": "local 1\n",
            "y.lua": "goto nowhere",
        },
    )
    found = compile_lua(tmp_path, "x.lua", "y.lua")
    assert sorted(_told(found.err)) == ["a.lua:1", "a.lua:2", "b.lua:1", "x.lua:1", "y.lua:1"]
