"""The token list as ANTLR's runtime wants to read it: a position with look-ahead and look-back."""

from __future__ import annotations

from .tokens import END_OF_FILE, Token, Tokens

# Prediction looks a few tokens past the end without asking whether there are any.
_PADDING = 4


class TokenCursor:
    """Answers the part of ANTLR's `TokenStream` interface that the parser and its simulator use."""

    __slots__ = ("index", "kinds", "last", "partners", "tokens")

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens.tokens
        self.kinds = tokens.kinds + [END_OF_FILE] * _PADDING
        self.partners = tokens.partners
        self.last = len(self.tokens) - 1
        self.index = 0

    def LA(self, distance: int) -> int:
        """The kind of the token `distance` ahead (1 is the current one)."""
        return self.kinds[min(self.index + distance - 1, self.last)]

    def LT(self, distance: int) -> Token | None:
        """The token `distance` ahead (1 is the current one) or behind (-1 is the previous one)."""
        if distance > 0:
            return self.tokens[min(self.index + distance - 1, self.last)]
        index = self.index + distance
        return self.tokens[index] if index >= 0 else None

    def consume(self) -> None:
        if self.index < self.last:
            self.index += 1

    def seek(self, index: int) -> None:
        self.index = index

    def get(self, index: int) -> Token:
        return self.tokens[index]

    def mark(self) -> int:
        return 0

    def release(self, marker: int) -> None:
        """Nothing is ever discarded."""
