"""Texts made when a source was compiled before: what a text is made of in, the text out, made only when it is not known.

A change of a source changes few of its files' texts, and what makes them (black, jinja2) is loaded only when one has to be made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping


class KnownTexts:
    """The texts of an earlier compile, by the digest of what each was made of; `used` are those of this one."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known
        self.used: dict[str, str] = {}

    def get(self, kind: str, given: str, make: Callable[[], str]) -> str:
        """The text of this `kind` that `make` makes of all that is in `given`."""
        text = self.find(kind, given)
        return self.keep(kind, given, make()) if text is None else text

    def find(self, kind: str, given: str) -> str | None:
        """The text of this `kind` that was made of `given`; None when it is not known."""
        key = _key(kind, given)
        text = self._known.get(key)
        if text is not None:
            self.used[key] = text
        return text

    def keep(self, kind: str, given: str, text: str) -> str:
        """Keeps the `text` that was made of `given`, and gives it."""
        self.used[_key(kind, given)] = text
        return text


def _key(kind: str, given: str) -> str:
    return hashlib.sha256(f"{kind}\0{given}".encode("utf-8", "surrogatepass")).hexdigest()
