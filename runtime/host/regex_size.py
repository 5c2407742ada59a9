"""How large a regular expression becomes when it is compiled, estimated from its text before anything is compiled.

The engine writes out counted repetitions: `((a{1000}){1000}){1000}` is 24 bytes of pattern and gigabytes when compiled, long
before any time limit of matching applies.
"""

from __future__ import annotations

import re

_COUNT = re.compile(r"\{(\d*)(?:,\d*)?\}")


def compiled_size(pattern: str) -> int:
    """About how many elements `pattern` has with its repetitions written out."""
    sizes = [0]
    """The size so far of each group that is open, the whole pattern first."""
    last = 0
    """The size of the element that a repetition would repeat."""
    position = 0
    while position < len(pattern):
        character = pattern[position]
        count = _COUNT.match(pattern, position) if character == "{" else None
        if count is not None:
            # A lower limit that Python would take long to read is large enough at its first digits.
            repetitions = int(count[1][:9] or 0)
            sizes[-1] += last * max(repetitions - 1, 0)
            last *= max(repetitions, 1)
            position = count.end()
            continue
        if character == "(":
            sizes.append(0)
        elif character == ")" and len(sizes) > 1:
            last = sizes.pop() + 1
            sizes[-1] += last
        elif character not in "*+?|":
            last = 1
            sizes[-1] += 1
        position = _end_of_element(pattern, position)
    return sum(sizes)


def _end_of_element(pattern: str, position: int) -> int:
    if pattern[position] == "\\":
        return position + 2
    if pattern[position] != "[":
        return position + 1
    end = position + 1
    if pattern[end : end + 1] == "^":
        end += 1
    # A bracket that comes first is a member of the set.
    end += pattern[end : end + 1] == "]"
    while end < len(pattern) and pattern[end] != "]":
        end += 2 if pattern[end] == "\\" else 1
    return end + 1
