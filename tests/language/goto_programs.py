"""Random programs full of jumps: a seed in, the text of a Lua program out that is valid and always ends.

A program is two functions of nested blocks with labels, gotos in all legal directions, loops, `break`, `return`, `<close>`
variables and locals that closures capture; the second has more jumps and no locals between them. It prints a number at every
step, so that any difference of control flow shows; a counter of steps ends it with an error. Conditions come from a generator
of pseudo-random numbers in the program itself.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

_PRELUDE = """\
local seed, steps = {seed}, 0
local function chance()
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed // 65536 % 3 == 0
end
local function step(number)
  io.write(number, " ")
  steps = steps + 1
  if steps > {limit} then error("enough", 0) end
end
local closures = {{}}
local function keep(closure) closures[#closures + 1] = closure end
local function resource(number)
  return setmetatable({{}}, {{ __close = function(_, problem) io.write("close", number, problem and "!" or "", " ") end }})
end
"""

_LIMIT = 120
_DEEPEST = 4


@dataclass
class _Block:
    """A block being written: where its labels and locals will stand among its items, and which item is next."""

    kinds: list[str]
    labels: dict[int, str]
    is_repeat: bool
    position: int = 0

    def reachable(self) -> list[str]:
        """The labels that a goto in the current item may jump to (manual 3.3.4)."""
        end = len(self.kinds)
        while end > 0 and self.kinds[end - 1] == "label" and not self.is_repeat:
            end -= 1
        found = []
        for at, name in self.labels.items():
            skipped = self.kinds[self.position + 1 : at]
            enters = any(kind in ("local", "close") for kind in skipped)
            if at < self.position or at >= end or not enters:
                found.append(name)
        return found


@dataclass
class _Writer:
    random: random.Random
    lines: list[str] = field(default_factory=list)
    blocks: list[_Block] = field(default_factory=list)
    loops: int = 0
    count: int = 0
    is_tangled: bool = False
    locals: list[str] = field(default_factory=list)

    def number(self) -> int:
        self.count += 1
        return self.count

    def line(self, text: str) -> None:
        self.lines.append("  " * len(self.blocks) + text)

    def block(self, is_repeat: bool = False) -> None:
        weights = {
            "step": 6,
            "label": 5,
            "guard": 7,
            "if": 3,
            "loop": 2,
            "do": 1,
            "local": 3,
            "close": 1,
            "change": 2,
            "jump": 1,
        }
        if self.is_tangled:
            weights |= {"label": 8, "guard": 12, "do": 0, "local": 0, "close": 0, "jump": 2}
        if len(self.blocks) >= _DEEPEST:
            weights |= {"if": 0, "loop": 0, "do": 0, "close": 0}
        size = self.random.randint(1, 6)
        if not self.blocks:
            size = self.random.randint(8, 16) if self.is_tangled else self.random.randint(2, 9)
        kinds = self.random.choices(list(weights), list(weights.values()), k=size)
        labels = {at: f"l{self.number()}" for at, kind in enumerate(kinds) if kind == "label"}
        block = _Block(kinds, labels, is_repeat)
        self.blocks.append(block)
        known = len(self.locals)
        for position, kind in enumerate(kinds):
            block.position = position
            getattr(self, f"write_{kind}")()
        del self.locals[known:]
        self.blocks.pop()

    # ---------------------------------------------------------------------------------------------------- statements

    def write_step(self) -> None:
        self.line(f"step({self.number()})")

    def write_label(self) -> None:
        block = self.blocks[-1]
        is_last = set(block.kinds[block.position :]) == {"label"}
        step = "" if is_last or self.random.random() < 0.3 else f" step({self.number()})"
        self.line(f"::{block.labels[block.position]}::{step}")

    def jump(self) -> str:
        """A statement that jumps."""
        labels = [name for block in self.blocks for name in block.reachable()]
        choices = [f"step({self.number()}) goto {name}" for name in labels] * 3
        if self.loops:
            choices.append("break")
        choices.append(f"do return {self.number()} end")
        return self.random.choice(choices)

    def write_guard(self) -> None:
        self.line(f"if chance() then {self.jump()} end")

    def write_jump(self) -> None:
        self.line(self.jump() if self.random.random() < 0.5 else f"step({self.number()})")

    def write_do(self) -> None:
        self.line("do")
        self.block()
        self.line("end")

    def write_if(self) -> None:
        self.line("if chance() then")
        self.block()
        if self.random.random() < 0.4:
            self.line("elseif chance() then")
            self.block()
        if self.random.random() < 0.5:
            self.line("else")
            self.block()
        self.line("end")

    def write_loop(self) -> None:
        kind = self.random.choice(("while", "repeat", "for", "in", "endless"))
        head = {
            "while": "while chance() do",
            "repeat": "repeat",
            "for": f"for i = 1, {self.random.randint(1, 3)} do",
            "in": "for i, v in ipairs({ 1, 2 }) do",
            "endless": "while true do",
        }[kind]
        self.line(head)
        self.loops += 1
        self.blocks.append(_Block(["step"], {}, False))
        self.line(f"step({self.number()})")
        self.blocks.pop()
        self.block(is_repeat=kind == "repeat")
        self.loops -= 1
        self.line("until chance()" if kind == "repeat" else "end")

    def write_local(self) -> None:
        name = self.random.choice(("x", "y", f"v{self.number()}"))
        value = self.random.choice([str(self.number()), *self.locals])
        self.line(f"local {name} = {value}")
        change = f"{name} = {name} + 1 " if self.random.random() < 0.4 else ""
        self.line(f"keep(function() {change}return {name} end)")
        self.locals.append(name)

    def write_change(self) -> None:
        if self.locals:
            name = self.random.choice(self.locals)
            self.line(f"{name} = {name} + 100 io.write({name}, ' ')")
        else:
            self.write_step()

    def write_close(self) -> None:
        self.line(f"local r{self.number()} <close> = resource({self.count})")

    def function(self, name: str) -> None:
        self.line(f"local function {name}()")
        self.block()
        self.line("end")


def program(seed: int) -> str:
    """The program of `seed`."""
    source = random.Random(seed)
    writer = _Writer(source)
    for number in range(2):
        writer.is_tangled = number == 1
        writer.function(f"f{number}")
    calls = "".join(
        f'print("", pcall(f{number})) steps = 0\n' for number in range(2) for _ in range(3)
    )
    end = "for _, closure in ipairs(closures) do io.write(closure(), ' ', closure(), ' ') end print()\n"
    body = "\n".join(writer.lines) + "\n"
    return _PRELUDE.format(seed=seed, limit=_LIMIT) + body + calls + end
