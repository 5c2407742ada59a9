"""The query `__stack_trace`, which the UI asks: where in the Lua source a workflow waits, on the real server."""

from __future__ import annotations

import pytest
from assay.runtime.testing import WorkflowBench

_SOURCE = """\
local function ask(ctx, name)
  return ctx:wait_signal(name)
end
local function tried(ctx)
  local ok, answer = pcall(function()
    return ask(ctx, "go") or "nothing"
  end)
  return answer
end
temporal.worker({
  url = "localhost:7233",
  task_queue = "q",
  workflows = {
    Deep = function(ctx)
      local answer = tried(ctx)
      return answer
    end,
    Beside = function(ctx)
      local future = ctx:spawn(function()
        local answer = ask(ctx, "aside")
        return answer
      end)
      ctx:wait_signal("go")
      return future:get()
    end,
  },
})
"""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> WorkflowBench:
    path = tmp_path_factory.mktemp("stacks") / "stacks.lua"
    path.write_text(_SOURCE)
    with WorkflowBench(path) as running:
        yield running


def test_through_functions_and_pcall(bench: WorkflowBench) -> None:
    run = bench.start("Deep")
    lines = run.query("__stack_trace").splitlines()
    assert [line.partition(": in ")[0] for line in lines[::2]] == [
        *("stacks.lua:2", "stacks.lua:6", "stacks.lua:5", "stacks.lua:15")
    ]
    assert lines[0].endswith("function 'ask'")
    assert lines[1] == "    return ctx:wait_signal(name)"
    assert lines[-2].endswith("workflow 'Deep'")
    assert lines[-1] == "    local answer = tried(ctx)"
    run.signal("go", 1)
    assert run.result() == 1
    assert run.query("__stack_trace") == "no Lua function waits"


def test_of_everything_that_waits(bench: WorkflowBench) -> None:
    run = bench.start("Beside")
    main, aside = run.query("__stack_trace").split("\n\n")
    assert main == "stacks.lua:23: in workflow 'Beside'\n    ctx:wait_signal(\"go\")"
    assert [line.partition(": in ")[0] for line in aside.splitlines()[::2]] == [
        *("stacks.lua:2", "stacks.lua:20")
    ]
    run.signal("go")
    run.signal("aside", "x")
    assert run.result() == "x"
