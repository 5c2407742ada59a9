"""Which C sources an extension was built from: the digest of the files of this folder, which `setup.py` compiles in.

Imports nothing of the package, because `setup.py` runs it before there is one.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

FOLDER = Path(__file__).parent


def c_files() -> list[Path]:
    """The C files of the extension, without headers."""
    return sorted(FOLDER.glob("*.c"))


def headers() -> list[Path]:
    """The files that the C files include."""
    return sorted(FOLDER.glob("*.h"))


def digest() -> str:
    """Changes with every change of a C source."""
    found = hashlib.sha256()
    for path in (*headers(), *c_files()):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
