"""The help of a diagnostic about a name that does not exist: what was probably meant, or what there is."""

from __future__ import annotations

from collections.abc import Iterable

from assay.runtime.temporal.option_names import nearest


def suggestion(name: str, known: Iterable[str]) -> str:
    """ "did you mean `timeout`?", or the list of names when none is near."""
    names = sorted(known)
    near = nearest(name, names)
    return f"did you mean `{near}`?" if near else f"there are: {', '.join(names)}"
