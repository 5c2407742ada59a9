"""A whole random program from a seed."""

from __future__ import annotations

from .state import State
from .statements import body

_SHOW = """local function show(...)
  local out = table.pack(...)
  for i = 1, out.n do
    local v = out[i]
    if type(v) == "table" then
      local fields = {}
      for k, w in next, v do fields[#fields + 1] = tostring(k) .. "=" .. tostring(w) end
      table.sort(fields)
      v = "{" .. table.concat(fields, ",") .. "}"
    end
    out[i] = tostring(v)
  end
  print(table.concat(out, " "))
end
"""
_STOP = "local stops = 0\nfunction gstop() stops = stops + 1 return stops % 4 == 0 end\n"


def program(seed: int) -> bytes:
    """The program number `seed`: it ends, always the same way, perhaps with an error."""
    state = State.from_seed(seed)
    state.body = body
    state.budget = state.choose((5, 10, 15, 20))
    text = body(state, 3)
    while state.budget > 0:
        text += "\n" + body(state, 3)
    shown = [v.name for v in state.in_sight() if v.kind in ("int", "float", "str", "bool", "nil")]
    text += f"\nprint({', '.join(shown[:20])})\n"
    prelude = (_SHOW if "show(" in text else "") + (_STOP if "gstop(" in text else "")
    return (prelude + text).encode("latin-1", "replace")
