"""Versions, from one place each: pyproject.toml says the compiler's (installed as metadata), each package its own."""

from __future__ import annotations

import os
import sys
from functools import cache

DISTRIBUTION = "assay-compile"
_METADATA = ".dist-info"


def compiler_version() -> str:
    """The version of this compiler, as in pyproject.toml."""
    return installed_version(DISTRIBUTION)


@cache
def installed_version(distribution: str) -> str:
    """The version of an installed distribution. Raises importlib.metadata.PackageNotFoundError when it is not installed.

    It stands in the name of the folder with the metadata (PyPA's specification "Recording installed projects"). Reading that
    name takes a thousandth of what importing importlib.metadata takes, which is a twentieth of compiling one changed file.
    """
    prefix = distribution.replace("-", "_") + "-"
    for folder in sys.path:
        found = [name for name in _names(folder) if name.startswith(prefix)]
        if len(found) == 1:
            return found[0].removeprefix(prefix).removesuffix(_METADATA)
        if found:
            break
    from importlib.metadata import version

    return version(distribution)


def _names(folder: str) -> list[str]:
    try:
        return [name for name in os.listdir(folder or ".") if name.endswith(_METADATA)]
    except OSError:  # not a folder, as the archive of the standard library is not
        return []
