"""Versions, from one place each: pyproject.toml says the compiler's (installed as metadata), each package its own."""

from __future__ import annotations

from functools import cache

DISTRIBUTION = "assay-compile"


def compiler_version() -> str:
    """The version of this compiler, as in pyproject.toml."""
    return installed_version(DISTRIBUTION)


@cache
def installed_version(distribution: str) -> str:
    # Imported late: it costs as much as all the rest of `--help`.
    from importlib.metadata import version

    return version(distribution)
