"""A valid program's tokens and a seed in, the text of a slightly broken program out."""

from __future__ import annotations

import random
from collections.abc import Sequence

from assay.transpiler.syntax.tokens import KEYWORDS, OPERATORS

# What people mistype, and at least one token of every kind.
_TOKENS = (
    *KEYWORDS,
    *OPERATORS,
    *(
        "x",
        "const",
        "close",
        "foo",
        "1",
        "1x",
        "0x",
        "3..2",
        '"s"',
        "'open",
        '"\\q"',
        "'\\300'",
        "'\\u{110000000}'",
    ),
    *(
        "[[long]]",
        "[==[open",
        "--[[open",
        "!=",
        "!",
        "&&",
        "||",
        "+=",
        "@",
        "$",
        "?",
        "\x01",
        "\xe9",
        "[=",
        "else if",
    ),
    *(
        "'\\xZZ'",
        "'\\u12'",
        "'\\u{}'",
        "'\\u{12'",
        '"\\z \n open',
        "goto nowhere",
        "::twice:: ::twice::",
        "break",
    ),
    *(
        "local q <foo>",
        "local q <close>, r <close>",
        "local q <const> = 1 q = 2",
        "function() return ... end",
    ),
)


def mutate(tokens: Sequence[str], seed: int) -> str:
    """One to three random changes, laid out over a few lines."""
    chooser = random.Random(seed)
    changed = list(tokens) or ["x"]
    for _ in range(chooser.choice((1, 1, 1, 2, 3))):
        position = chooser.randrange(len(changed))
        change = chooser.randrange(5)
        if change == 0 and len(changed) > 1:
            del changed[position]
        elif change == 1:
            changed.insert(position, changed[chooser.randrange(len(changed))])
        elif change == 2:
            other = chooser.randrange(len(changed))
            changed[position], changed[other] = changed[other], changed[position]
        elif change == 3:
            changed[position] = chooser.choice(_TOKENS)
        else:
            changed.insert(position, chooser.choice(_TOKENS))
    return "".join(token + chooser.choice((" ", " ", "\n")) for token in changed)
