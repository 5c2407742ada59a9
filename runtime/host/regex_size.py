"""What a regular expression costs before any matching, estimated from its text alone: `compiled_size` and `longest_text`.

The time limit of a match does not apply to these. The engine writes out counted repetitions: `((a{1000}){1000}){1000}` is 24
bytes of pattern and gigabytes when compiled. And it prepares the search for a text of n equal characters in a time that grows
with n*n*n: half a second for 1000 of them, minutes for 10,000.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_COUNT = re.compile(r"\{(\d*)(?:,\d*)?\}")


def compiled_size(pattern: str) -> int:
    """About how many elements `pattern` has with its repetitions written out."""
    sizes = [0]
    """The size so far of each group that is open, the whole pattern first."""
    last = 0
    """The size of the element that a repetition would repeat."""
    for element in _elements(pattern):
        count = _COUNT.fullmatch(element)
        if count is not None:
            # Of a number that Python would take long to read, the first digits are large enough.
            repetitions = int(count[1][:9] or 0)
            sizes[-1] += last * max(repetitions - 1, 0)
            last *= max(repetitions, 1)
        elif element == "(":
            sizes.append(0)
        elif element == ")" and len(sizes) > 1:
            last = sizes.pop() + 1
            sizes[-1] += last
        elif element not in "*+?|":
            last = 1
            sizes[-1] += 1
    return sum(sizes)


def longest_text(pattern: str) -> int:
    """At most how many characters without alternatives and repetitions `pattern` has in a row."""
    longest = run = 0
    for element in _elements(pattern):
        if element in "()":
            continue  # a group may be text only
        is_text = element not in "*+?|." and element[0] not in "[{"
        run = run + 1 if is_text else 0
        longest = max(longest, run)
    return longest


def _elements(pattern: str) -> Iterator[str]:
    """The characters of `pattern`, with escapes, sets and counts of repetitions as one."""
    position = 0
    while position < len(pattern):
        count = _COUNT.match(pattern, position)
        end = count.end() if count is not None else _end_of_element(pattern, position)
        yield pattern[position:end]
        position = end


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
