"""What compiling one source gives: the type that the compiler, the cache and the writer hand on.

Imports nothing of the compiler proper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .diagnostics import Diagnostic, has_errors
from .lookups import Lookups

MODULES_FOLDER = "lua_modules"
"""Where the modules that scripts require go, below the output folder."""


@dataclass
class Compiled:
    """One source compiled: its output files by path relative to the output folder, and what there is to say about
    it.

    `crash` is the traceback of an internal error, `lookups` what the result depends on besides the source, `texts`
    what the next compile of this source may take over (output/known.py).
    """

    path: Path
    outputs: dict[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    is_worker: bool = False
    crash: str | None = None
    lookups: Lookups = field(default_factory=Lookups)
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return has_errors(self.diagnostics)
