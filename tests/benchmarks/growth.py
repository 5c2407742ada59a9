"""How run time grows with size: ten times as many elements, in compiled Lua and in real Lua 5.4; and compile time.

    python tests/benchmarks/growth.py [--lines 1000 10000 100000]

Each row is CPU time at ten times the size divided by CPU time at the size: about 10 for what is linear, 100 for what is
quadratic. A row is marked when compiled code grows much faster than real Lua. With `--lines` the compiler's own CPU time for
sources of so many lines is shown as well, formatting by black included. The exit status is 1 when a row is marked.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "compute"))

from assay.transpiler.collection import collected_seldom
from comparing import Run, compile_text, compiled_form, real_form

OPERATIONS = {
    "append with #t": (10_000, "local t = {} for i = 1, n do t[#t + 1] = i end"),
    "insert at the end": (10_000, "local t = {} for i = 1, n do table.insert(t, i) end"),
    "insert at the front": (300, "local t = {} for i = 1, n do table.insert(t, 1, i) end"),
    "remove at the end": (
        10_000,
        "local t = {} for i = 1, n do t[i] = i end while #t > 0 do table.remove(t) end",
    ),
    "remove at the front": (
        300,
        "local t = {} for i = 1, n do t[i] = i end while #t > 0 do table.remove(t, 1) end",
    ),
    "t[#t] = nil": (
        10_000,
        "local t = {} for i = 1, n do t[i] = i end while #t > 0 do t[#t] = nil end",
    ),
    "#t next to fields": (
        3000,
        "local t = { name = 'x', size = 1 } for i = 1, n do t[#t + 1] = i end",
    ),
    "concat in a loop": (3000, "local s = '' for i = 1, n do s = s .. 'word' end"),
    "table.concat": (10_000, "local t = {} for i = 1, n do t[i] = 'word' end t = table.concat(t)"),
    "gsub": (10_000, "local s = ('ab c'):rep(n):gsub('%w+', string.upper)"),
    "gsub, empty matches": (3000, "local s = ('ab c'):rep(n):gsub('x*', '-')"),
    "gmatch": (10_000, "local c = 0 for w in ('ab c '):rep(n):gmatch('%w+') do c = c + 1 end"),
    "find from a position": (
        3000,
        "local s, at = ('ab,'):rep(n), 1 while at do at = s:find(',', at + 1, true) end",
    ),
    "string.rep": (1_000_000, "local s = ('abc'):rep(n, ',')"),
    "sub and byte": (10_000, "local s = ('x'):rep(n) for i = 1, n do local c = s:sub(i, i) end"),
    "pairs while deleting": (
        10_000,
        "local t = {} for i = 1, n do t[i] = i end for k in pairs(t) do t[k] = nil end",
    ),
    "next while deleting": (
        3000,
        "local t = {} for i = 1, n do t[i] = i end "
        "local k = next(t) while k do t[k] = nil k = next(t) end",
    ),
    "queue with a head": (
        10_000,
        "local q, head, tail = {}, 1, 0 for i = 1, n do tail = tail + 1 q[tail] = i "
        "if i % 2 == 0 then q[head] = nil head = head + 1 end end",
    ),
    "sparse keys": (10_000, "local t = {} for i = 1, n do t[i * 1000] = i end"),
    "# of a sparse table": (
        10_000,
        "local t = {} for i = 1, n do t[i * 2] = i local length = #t end",
    ),
    "sort": (3000, "local t = {} for i = 1, n do t[i] = i * 7919 % 10007 end table.sort(t)"),
    "unpack and select": (
        1000,
        "local t = {} for i = 1, n do t[i] = i end local c = select('#', table.unpack(t))",
    ),
}
_MUCH_FASTER = 3.0
_REPETITIONS = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="*", default=[], help="sizes of sources")
    given = parser.parse_args()
    marked = 0
    print(f"{'ten times as many':<24}{'compiled':>10}{'real Lua':>10}")
    for name, (size, body) in OPERATIONS.items():
        source = f"local n = ...\n{body}\n".encode()
        ours = _growth(compiled_form("growth", source), size)
        theirs = _growth(real_form("growth", source), size)
        is_worse = ours > _MUCH_FASTER * max(theirs, 10.0)
        marked += is_worse
        print(f"{name:<24}{ours:>10.1f}{theirs:>10.1f}{'  !' if is_worse else ''}", flush=True)
    for lines in given.lines:
        with collected_seldom():  # as the command compiles
            seconds = _seconds(lambda count: compile_text("lines", _source(count)), lines)
        print(
            f"compiling {lines:>7} lines: {seconds:8.2f} s, {seconds / lines * 1e6:.0f} us a line"
        )
    return 1 if marked else 0


def _growth(run: Run, size: int) -> float:
    small = min(_seconds(run, size) for _ in range(_REPETITIONS))
    large = min(_seconds(run, size * 10) for _ in range(_REPETITIONS))
    return large / max(small, 1e-6)


def _seconds(run: Run, size: int) -> float:
    gc.collect()
    started = time.process_time()
    run(size)
    return time.process_time() - started


_FUNCTION = """local function area_{0}(shape, scale)
  local total = 0
  for i, side in ipairs(shape.sides) do
    if side > scale then total = total + side * i end
  end
  return {{ name = "area {0}", value = total }}
end
print(area_{0}({{ sides = {{ 1, 2, 3 }} }}, 2).value)
"""


def _source(lines: int) -> bytes:
    """A source of about so many lines; functions in blocks, since Lua allows 200 locals in one."""
    parts = []
    for number in range(lines // 8):
        if number % 100 == 0:
            parts.append("do\n" if number == 0 else "end do\n")
        parts.append(_FUNCTION.format(number))
    return ("".join(parts) + "end\n").encode()


if __name__ == "__main__":
    sys.exit(main())
