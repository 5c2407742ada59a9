"""Mermaid itself reads what `assay graph` writes: for all examples, the tests' workers and labels that look like its syntax."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from assay.transpiler.commands.main import main
from compiler_command import REPOSITORY

_FOLDER = Path(os.environ.get("ASSAY_MERMAID", REPOSITORY / "build" / "mermaid"))
_EXAMPLES = sorted((REPOSITORY / "examples").rglob("*.lua"))
_WORKERS = sorted((REPOSITORY / "tests" / "temporal" / "lua").glob("*.lua"))

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (_FOLDER / "node_modules").is_dir(),
    reason="needs Node.js and Mermaid from npm's registry: make test-graph",
)

_STRANGE = (
    *(
        "end",
        "subgraph",
        "%% comment",
        "a --> b",
        '"quoted"',
        "[x](y)",
        "#quot; &amp; #35;",
        "`code`",
    ),
    *(
        "<b>bold</b>",
        "style x fill:#f00",
        "click n1 call f()",
        "{{ }}",
        "|yes|",
        "\\\\",
        "größer",
        "---",
    ),
)
_LABELS = "".join(
    f"    [ [==[{label}]==] ] = function(ctx, input)\n"
    f"      if input.text == [==[{label}]==] then ctx:execute_activity([==[{label}]==]) end\n"
    f"      ctx:wait_signal([==[{label}]==])\n    end,\n"
    for label in _STRANGE
)
_LABELLED = (
    'temporal.worker({ url = "localhost:7233", task_queue = "q",\n  workflows = {\n%s  },\n})\n'
)


def test_mermaid_reads_every_graph(tmp_path: Path) -> None:
    labelled = tmp_path / "labelled.lua"
    labelled.write_text(_LABELLED % _LABELS, encoding="utf-8")
    written = []
    for number, source in enumerate([*_EXAMPLES, *_WORKERS, labelled]):
        graph = tmp_path / f"{number}_{source.stem}.mmd"
        if main(["graph", str(source), "-o", str(graph)]) == 0:
            written.append(graph)
    assert labelled.stem in written[-1].stem
    assert len(written) > 20
    read = subprocess.run(
        ["node", str(_FOLDER / "check.mjs"), *map(str, written)],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    problems = [line for line in read.stdout.splitlines() if not line.endswith(": flowchart-v2")]
    assert not problems
    assert read.stdout.count(": flowchart-v2") == len(written)
    assert read.returncode == 0


def test_what_is_no_graph_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.mmd"
    wrong.write_text("flowchart TD\n  a -- b --> ->\n", encoding="utf-8")
    read = subprocess.run(
        ["node", str(_FOLDER / "check.mjs"), str(wrong)], stdout=subprocess.PIPE, check=False
    )
    assert read.returncode == 1
