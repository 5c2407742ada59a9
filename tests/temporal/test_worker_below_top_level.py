"""Workers in a `do` block, in a function that is called once, in a loop and in an `if`: they are written out, or refused."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from assay.transpiler.project import compile_source
from assay.transpiler.sources import read_source
from compiled import LUA
from temporalio.client import Client
from workers import on_loop, unique

_COMMANDS = Path(sys.executable).parent


@pytest.mark.parametrize("kind", ["package", "uncached", "script"])
def test_a_worker_for_each_turn_of_a_loop(kind: str, address: str, tmp_path: Path) -> None:
    """Each has its queue, and functions with what the loop's variables were. A run counts for itself."""
    command = [str(_COMMANDS / "assay"), "run", str(LUA / "regions.lua")]
    if kind != "script":
        compiler = [_COMMANDS / "assay-compile", LUA / "regions.lua", "-o", tmp_path, "-q"]
        subprocess.run(compiler, check=True)
        command = [sys.executable, "-m", "regions.worker"]
    if kind == "uncached":
        command += ["--max-cached-workflows", "0"]
    prefix = unique("regions")

    async def results() -> list[Any]:
        client = await Client.connect(address)
        started = [
            await client.start_workflow("Order", 7, id=unique("o"), task_queue=prefix + region)
            for region in ("eu", "us", "eu")
        ]
        return await asyncio.gather(*(handle.result() for handle in started))

    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "TEMPORAL_ADDRESS": address, "QUEUE": prefix},
        stdout=subprocess.PIPE,
    )
    try:
        eu, us = ["eu", "1eu", "charged 7", 1], ["us", "2us", "charged 7", 1]
        assert on_loop(results) == [eu, us, eu]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.communicate()


def _compiled(source: str, folder: Path) -> tuple[dict[str, str], list[str]]:
    """The files, and the codes of what is wrong."""
    path = folder / "below.lua"
    worker = "temporal.worker({url = 'localhost:7233', task_queue = Q, activities = {echo = f}})"
    text = source.replace("WORKER", worker)
    path.write_text(f"local function f(input) return input end\nlocal Q = 'outer'\n{text}\n")
    done = compile_source(read_source(path), path)
    return dict(done.outputs), [d.code for d in done.diagnostics]


_WRITTEN_OUT = {
    "block": ("do local Q = 'a' WORKER end", ["a"]),
    "blocks": ("do local Q = 'a' WORKER end do local Q = 'b' WORKER end", ["a", "b"]),
    "function": ("local function main() local Q = 'a' WORKER end main()", ["a"]),
    "global function": ("function main() WORKER end main()", ["outer"]),
    "local with a function": ("local main = function() WORKER end main()", ["outer"]),
    "result": ("local function start() return WORKER end local h = start()", ["outer"]),
    "result that nothing takes": ("local function start() return WORKER end start()", ["outer"]),
    "function in a function": (
        "local function one() WORKER end local function all() one() end all()",
        ["outer"],
    ),
    "numbers": ("for n = 1, 2 do local Q = 'q' .. n WORKER end", ["q1", "q2"]),
    "names": ("for _, Q in ipairs({'a', 'b'}) do WORKER end", ["a", "b"]),
    "a list with a name": ("local l = {'a', 'b'} for _, Q in ipairs(l) do WORKER end", ["a", "b"]),
    "a condition of the environment": ("if not env.get('NO') then local Q = 'a' WORKER end", ["a"]),
    "branches": (
        "local role = env.get('ROLE') if role == 'x' then WORKER elseif role then WORKER else WORKER end",
        ["outer", "outer", "outer"],
    ),
    "a table in a branch": (
        "if env.get('A') then local g = {} function g.echo() end local f = function() return g end WORKER end",
        ["outer"],
    ),
    "redeclared": ("WORKER local Q = 'b' WORKER", ["outer", "b"]),
}


@pytest.mark.parametrize("case", _WRITTEN_OUT)
def test_what_is_written_out(case: str, tmp_path: Path) -> None:
    source, queues = _WRITTEN_OUT[case]
    outputs, codes = _compiled(source, tmp_path)
    assert [code for code in codes if code != "AY409"] == []
    for file, text in outputs.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text)
    shown = "import below; print(*[w.task_queue for w in getattr(below, 'WORKERS', [])] or [below.TASK_QUEUE])"
    done = subprocess.run(
        [sys.executable, "-c", shown], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout.split(), done.stderr) == (queues, "")


_REFUSED = {
    "a condition": "if f then WORKER end",
    "a condition beside another worker": "WORKER if f then WORKER end",
    "a branch that hides a name of another": "if env.get('A') then WORKER else local Q = 'b' WORKER end",
    "a condition that is called": "if f() then WORKER end",
    "a branch that does more": "if env.get('A') then f() WORKER end",
    "a branch with options that may fail": "if env.get('A') then local Q = env.get('B') .. 'x' WORKER end",
    "a branch that calls for its worker": "if env.get('A') then local function g() WORKER end g() end",
    "a condition in a function": "local function main() if f then WORKER end end main()",
    "called twice": "local function main() WORKER end main() main()",
    "never called": "local function main() WORKER end",
    "used as a value": "local function main() WORKER end pcall(main)",
    "with arguments": "local function main(q) WORKER end main('a')",
    "leaves early": "local function main() if f then return end WORKER end main()",
    "another variable between": "local function main() WORKER end local Q = 'b' main()",
    "another variable later": "do local Q = 'a' WORKER end WORKER",
    "a name that is used later": "do local f = f WORKER end print(f)",
    "a loop that ends early": "for n = 1, 2 do WORKER if n == 1 then break end end",
    "an unknown list": "for _, Q in ipairs(f()) do WORKER end",
    "a list that changes": "local l = {'a'} l[2] = 'b' for _, Q in ipairs(l) do WORKER end",
    "a loop without end": "while true do WORKER end",
    "a variable that is assigned": "for Q = 1, 2 do Q = Q + 1 WORKER end",
}


@pytest.mark.parametrize("case", _REFUSED)
def test_what_is_refused(case: str, tmp_path: Path) -> None:
    """Never left out silently, and never made of another queue than the script's."""
    outputs, codes = _compiled(_REFUSED[case], tmp_path)
    assert "AY211" in codes and not outputs
