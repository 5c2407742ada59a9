"""The utf8 library (manual 6.5) under Lua's names."""

from __future__ import annotations

from .codepoints import CHARACTER_PATTERN as charpattern
from .codepoints import char, codepoint, codes, offset
from .codepoints import lua_len as len

__all__ = ["char", "charpattern", "codepoint", "codes", "len", "offset"]
