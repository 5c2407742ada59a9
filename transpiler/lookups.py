"""What a compile has looked at on disk: questions about files in, answers out, each kept.

A cached result stands for a source as long as every question still has the same answer (`cache.py`). Imports nothing of the
compiler proper.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path


class Lookups:
    """Asks the file system and keeps the answers by question.

    A question is a kind and a path, an answer a short text; both survive in JSON.
    """

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], str] = {}

    def is_file(self, path: Path) -> bool:
        return self._ask("file", path) == "yes"

    def is_folder(self, path: Path) -> bool:
        return self._ask("folder", path) == "yes"

    def read(self, path: Path) -> bytes:
        """The file's bytes. Raises OSError."""
        data = path.read_bytes()
        self.answers["bytes", str(path)] = digest(data)
        return data

    def read_paths(self) -> Iterator[Path]:
        """The files that were read: the modules that the source requires."""
        return (Path(path) for kind, path in self.answers if kind == "bytes")

    def _ask(self, kind: str, path: Path) -> str:
        found = self.answers[kind, str(path)] = answer(kind, path)
        return found


def answer(kind: str, path: Path) -> str:
    """What the disk says now: "yes" or "no" to "file" and "folder", a digest to "bytes" ("" for what cannot be read)."""
    if kind == "file":
        return "yes" if path.is_file() else "no"
    if kind == "folder":
        return "yes" if path.is_dir() else "no"
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


def digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
