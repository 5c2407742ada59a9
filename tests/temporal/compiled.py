"""The Lua sources of tests/temporal/lua, compiled into packages that can be imported."""

from __future__ import annotations

import importlib
import subprocess
import sys
import types
from pathlib import Path

LUA = Path(__file__).parent / "lua"


def compile_package(name: str, folder: Path) -> types.ModuleType:
    """Compiles `lua/NAME.lua` into `folder` and imports the package; the folder stays on the import path, where the SDK's
    sandbox finds the package again."""
    source = str(LUA / f"{name}.lua")
    subprocess.run(
        [sys.executable, "-m", "assay.transpiler.cli", source, "-o", str(folder), "-q"], check=True
    )
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return importlib.import_module(name)
