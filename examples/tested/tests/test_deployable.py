"""May this source be deployed? The compiled files are current, and workflows that run can go on with it.

`python tests/record.py NAME` adds a history to histories/, for example when the workflow gets a new branch. Files that are there
are never changed: they are workflows that may still run.
"""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]
PROGRAMS = Path(sys.executable).parent


def test_the_compiled_files_are_current():
    command = [PROGRAMS / "assay-compile", "order.lua", "-o", "compiled", "--check"]
    assert subprocess.run(command, cwd=PROJECT).returncode == 0


def test_recorded_workflows_can_go_on():
    histories = sorted((PROJECT / "histories").glob("*.json"))
    assert histories
    command = [PROGRAMS / "assay", "replay", "order.lua", *histories]
    assert subprocess.run(command, cwd=PROJECT).returncode == 0
