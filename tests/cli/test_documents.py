"""README and the other documents are true: the code they show is the code there is, and their programs run.

`pytest --update-goldens` rewrites the code in README that is a copy of a file.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.runtime.temporal.dev_server import DevServer
from assay.transpiler.diagnostics import files
from compiler_command import REPOSITORY, compile_lua, run_python, write
from temporalio.client import Client

_README = REPOSITORY / "README.md"
_BLOCK = re.compile(
    r"(?P<head><!-- (?P<kind>\w+): (?P<name>[^\n]+) -->\n```\w+\n)(?P<code>.*?)(?=```\n)", re.DOTALL
)
_POSITIONS = "__lua_positions__ = "


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, compiled by the command of README."""
    folder = tmp_path_factory.mktemp("project")
    write(
        folder,
        {"src/promotion.lua": (REPOSITORY / "examples/promotion/promotion.lua").read_bytes()},
    )
    assert "\nassay-compile src -o build\n" in _README.read_text(encoding="utf-8")
    assert compile_lua(folder, "src", "-o", "build").status == 0
    return folder / "build"


def _blocks() -> dict[str, str]:
    return {
        f"{found['kind']} {found['name']}": found["code"]
        for found in _BLOCK.finditer(_README.read_text(encoding="utf-8"))
    }


def test_code_in_readme(build: Path, request: pytest.FixtureRequest) -> None:
    """The Lua is the example's, the Python what it compiles to (and so the golden case's, see tests/golden)."""
    folders = {"file": REPOSITORY, "output": build}

    def current(found: re.Match[str]) -> str:
        if found["kind"] == "program":
            return found[0]
        text = (folders[found["kind"]] / found["name"]).read_text(encoding="utf-8")
        return found["head"] + text.partition(f"\n{_POSITIONS}")[0].rstrip("\n") + "\n"

    shown = _README.read_text(encoding="utf-8")
    expected = _BLOCK.sub(current, shown)
    if request.config.getoption("--update-goldens"):
        _README.write_text(expected, encoding="utf-8")
    else:
        assert shown == expected
    assert set(_blocks()) == {
        "file examples/promotion/promotion.lua",
        "output promotion/workflows.py",
        "output promotion/activities.py",
        "program own worker",
    }


def test_every_block_with_code_is_checked() -> None:
    text = _README.read_text(encoding="utf-8")
    assert len(re.findall(r"^```(?:lua|python)$", text, re.MULTILINE)) == len(_blocks())


def test_the_worker_of_the_package(build: Path) -> None:
    """`python -m promotion.worker` has the options that README names, and without a server says so in one line."""
    shown = run_python(build, "-m", "promotion.worker", "--help")
    assert shown.status == 0
    assert all(option in shown.out for option in ("--address", "--namespace", "--task-queue"))


def test_the_package_exports(build: Path) -> None:
    found = run_python(
        build,
        "-c",
        "import promotion; print(promotion.TASK_QUEUE, *promotion.WORKFLOWS, len(promotion.ACTIVITIES))",
    )
    assert (found.out, found.err) == (
        "promotions <class 'promotion.workflows.PromotionWorkflow'> 3\n",
        "",
    )


# --------------------------------------------------------------------------------------------------------- own worker


@pytest.fixture(scope="module")
def server() -> Iterator[DevServer]:
    with DevServer() as running:
        yield running


_REPLAY = """
import asyncio
from pathlib import Path
from promotion import WORKFLOWS
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

history = WorkflowHistory.from_json("promotion", Path("history.json").read_text())
asyncio.run(Replayer(workflows=WORKFLOWS).replay_workflow(history))
"""


def test_own_worker(build: Path, server: DevServer) -> None:
    """README's program runs a workflow, with the SDK's own settings (its sandbox included), and its history replays."""
    program = _blocks()["program own worker"]
    assert program.count('"localhost:7233"') == 1
    write(build, {"own_worker.py": program.replace("localhost:7233", server.address)})
    process = subprocess.Popen(
        [sys.executable, "own_worker.py"], cwd=build, stderr=subprocess.PIPE, text=True
    )
    try:
        result = asyncio.run(asyncio.wait_for(_refused_promotion(server.address, build), 60))
    except TimeoutError:
        process.kill()
        pytest.fail(f"the worker does not answer: {process.communicate()[1]}")
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert result == {"status": "timed_out"}
    assert run_python(build, "-c", _REPLAY).err == ""


async def _refused_promotion(address: str, build: Path) -> object:
    """A promotion that is answered with `false`, which needs no activity: its result; its history is written down."""
    client = await Client.connect(address)
    workflow_id = f"promotion-{uuid.uuid4().hex}"
    handle = await client.start_workflow(
        "PromotionWorkflow",
        {"version": "v1"},
        id=workflow_id,
        task_queue="promotions",
        start_signal="approve",
        start_signal_args=[False],
    )
    result: object = await handle.result()
    (build / "history.json").write_text((await handle.fetch_history()).to_json())
    return result


# ----------------------------------------------------------------------------------------------------- other documents


def test_the_test_command_is_make_test() -> None:
    assert "```sh\nmake test\n```" in _README.read_text(encoding="utf-8")


def test_the_page_of_refusals_names_the_codes_of_files() -> None:
    """The range of codes that docs/refused.md gives for files ends with the last one there is."""
    codes = re.findall(r'"(AY0\d\d)"', Path(files.__file__).read_text(encoding="utf-8"))
    text = (REPOSITORY / "docs/refused.md").read_text(encoding="utf-8")
    assert f"{min(codes)} to {max(codes)}" in text.replace("\n", " ")
