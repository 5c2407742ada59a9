"""What a call fails with, as Lua code would see it."""

from __future__ import annotations

from typing import Any

import pytest
from assay.runtime.errors import LuaError


def error_of(function: Any, *arguments: Any) -> str:
    """The message with which the call fails."""
    with pytest.raises(LuaError) as caught:
        function(*arguments)
    return str(caught.value)
