"""Random statements about tables: inheritance and metamethods, the table library, errors and their levels."""

# ruff: noqa: E501 - Lua reads better on one line

from __future__ import annotations

from .feature_writer import NUMBERS, SELECTED, SEPARATORS, SMALL, FeatureWriter


def inheritance(w: FeatureWriter) -> str:
    number = w.fresh()
    base, derived, held = f"Base{number}", f"Derived{number}", f"o{number}"
    index = w.text(
        (
            base,
            f"function(_, k) return {base}[k] end",
            f"setmetatable({{}}, {{ __index = {base} }})",
        )
    )
    use = w.some(
        (
            f"try(function() return {held}:name(), {held}:value() end)",
            f"try(function() return {held}.missing, {held}.x end)",
            f"{held}.x = 5 show(rawget({held}, 'x'), {held}:value())",
            f"try(function() return {held}:missing() end)",
            f"try(function() return {held}.a.b end)",
            f"function {base}:name() return 'changed' end show({held}:name())",
            f"{derived}.name = nil show({held}:name())",
            f"show(tostring({held}), #{held}, {held} == {held}, {held}({w.text(SMALL)}))",
            f"try(function() return {held} + 1, 2 * {held}, -{held}, {held} .. 'x', {held} < {held} end)",
            f"setmetatable({held}, nil) try(function() return {held}:name() end)",
            f"{held}.new = 1 show(rawget({held}, 'new'), {held}.new)",
            f"show(getmetatable({held}) == {derived}, {derived}.super == {base})",
            f"try(function() return {derived}.super.name({held}), {held}.super.value({held}) end)",
        ),
        2,
        5,
    )
    events = w.some(
        (
            f"{derived}.__tostring = function(o) return 'object ' .. tostring(o.x) end",
            f"{derived}.__len = function() return {w.text(('3', '2.5', 'nil'))} end",
            f"{derived}.__call = function(self, ...) return select('#', ...), ... end",
            f"{derived}.__add = function(a, b) return type(a) .. type(b) end",
            f"{derived}.__unm = function() return 'minus' end",
            f"{derived}.__concat = function(a, b) return type(a) .. '..' .. type(b) end",
            f"{derived}.__lt = function() return nil end",
            f"{derived}.__eq = function() return 1 end",
            f"{derived}.__newindex = function(t, k, v) show('new', k, v) rawset(t, k, v) end",
            f"{derived}.__newindex = {base}",
            f"{derived}.__name = 'Thing'",
            f"{derived}['__' .. 'index'] = function(_, k) return k end",
        ),
        0,
        3,
    )
    return (
        f"do local {base} = {{ x = 1 }} {base}.__index = {base} function {base}:name() return 'base' end function {base}:value() return self.x, self:name() end\n"
        f"local {derived} = setmetatable({{ super = {base} }}, {{ __index = {index} }}) {derived}.__index = {derived} "
        f"function {derived}:name() return 'derived ' .. {base}.name(self) end\n"
        f"{' '.join(events)}\nlocal {held} = setmetatable({{ {w.text(('', 'x = 2', 'y = {}', '1, 2'))} }}, {derived})\n{chr(10).join(use)} end"
    )


def tables(w: FeatureWriter) -> str:
    made = "{ " + ", ".join(w.some((*SMALL, "'a'", "'b'", "1.5"), 0, 6)) + " }"
    order = w.text(
        (
            "",
            ", function(a, b) return a > b end",
            ", function(a, b) return tostring(a) < tostring(b) end",
            ", function() return true end",
        )
    )
    return w.text(
        (
            f"try(function() local t = {made} table.sort(t{order}) return table.unpack(t) end)",
            f"try(function() local t = {made} table.insert(t, {w.text(SMALL)}, 'x') return #t, table.unpack(t) end)",
            f"try(function() local t = {made} return table.remove(t{w.text(('', ', 1', ', 2', ', 9', ', 0'))}), #t, table.unpack(t) end)",
            f"try(function() return table.concat({made}, {w.text(SEPARATORS)}{w.text(('', ', 2', ', 1, 2', ', 1, 9'))}) end)",
            f"try(function() return table.unpack(table.move({made}, {w.text(SMALL)}, 3, {w.text(('1', '2', '3'))}), 1, 8) end)",
            f"try(function() local t = {made} t[#t + 1] = 'end' t[#t] = nil for i, v in ipairs(t) do show(i, v) end return #t, next({{}}) end)",
            f"try(function() local t = {made} t[{w.text(NUMBERS)}] = 1 local n = 0 for k in pairs(t) do n = n + 1 end return n end)",
            f"try(function() local t = setmetatable({{}}, {{ __index = {made}, __len = function() return 3 end }}) return #t, t[1], table.unpack(t) end)",
            f"try(function() local t = {made} for k, v in pairs(t) do t[k] = nil end return next(t), #t end)",
            f"try(next, {made}, {w.text(SELECTED)})",
        )
    )


def errors(w: FeatureWriter) -> str:
    value = w.text(
        ("'m'", "nil", "{}", "5", "setmetatable({}, { __tostring = function() return 'T' end })")
    )
    level = w.text(("", ", 0", ", 1", ", 2", ", 3", ", 9"))
    return w.text(
        (
            f"do local function f() error({value}{level}) end\nlocal function g() f()\nend try(g) end",
            f"do local function f() return error({value}{level}) end\nlocal function g() return f() end try(g) end",
            f"do local function f() return (error({value}{level})) end\nlocal function g() return (f()) end try(g) end",
            (
                f"try(assert, {w.text(('false', 'nil', '1', ''))}{w.text(('', ', ' + value))})"
                if w.chance(0.5)
                else f"try(error, {value}{level})"
            ),
            f"show(xpcall(function() error({value}{level}) end, function(m) return type(m), 2 end))",
            f"show(xpcall(function(...) local x = ... return x.y.z end, function(m) return 'h:' .. tostring(m) end, {w.text(('{}', '5', 'nil'))}))",
            "show(select(2, pcall(pcall)), pcall(error), pcall(error, nil))",
        )
    )
