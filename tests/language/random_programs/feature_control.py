"""Random statements about control: numeric `for`, goto, `<close>`, varargs, `load`, coroutines."""

# ruff: noqa: E501 - Lua reads better on one line

from __future__ import annotations

from .feature_writer import BOUNDS, SELECTED, SMALL, STEPS, FeatureWriter


def numeric_for(w: FeatureWriter) -> str:
    first, limit = w.text(BOUNDS), w.text(BOUNDS)
    step = f", {w.text(STEPS)}" if w.chance(0.6) else ""
    body = w.text(
        (
            "show(i)",
            "local j = i i = i + 1 show(i, j)",
            "keep[#keep + 1] = function() i = i + 1 return i end",
            "if n % 2 == 0 then goto continue end show(i) ::continue::",
        )
    )
    return (
        f"try(function() local n, keep = 0, {{}} for i = {first}, {limit}{step} do n = n + 1 if n > 4 then break end {body} end "
        "for _, f in ipairs(keep) do show(f(), f()) end return n end)"
    )


def goto(w: FeatureWriter) -> str:
    number, times = w.fresh(), w.random.randint(1, 3)
    out = w.text(("", f"if n > {times} then goto out end ", f"if n == {times} then return n end "))
    return w.text(
        (
            f"try(function() local n = 0 ::top:: n = n + 1 {out}show(n) if n < 4 then goto top end ::out:: return 'end', n end)",
            f"for i = 1, {times} do for j = 1, 3 do if j == 2 then goto next{number} end show(i, j) end ::next{number}:: end",
            f"do local k = {{}} local n = 0 ::top:: local x = n k[#k + 1] = function() x = x + 1 return x end n = n + 1 "
            f"if n < {times + 1} then goto top end for i = 1, #k do show(k[i](), k[i]()) end end",
            f"try(function() local n = 0 repeat n = n + 1 local done = n > {times} if done then goto on end show(n) ::on:: until n > 5 return n end)",
            f"try(function() while true do do local c <close> = closer('c{number}') if true then goto leave end end end ::leave:: return {times} end)",
        )
    )


def close(w: FeatureWriter) -> str:
    name = w.text(("good", "bad", "other"))
    ending = w.text(
        (
            "",
            "return 1, 2",
            "error('in block')",
            "error({})",
            "goto done",
            "coroutine.yield(1)",
            "return select('#', ...)",
        )
    )
    body = f"local a <close> = closer('{name}') local b <close> = {w.text(('nil', 'false', f'closer([[{name}2]])', '3', '{}'))} show('in')"
    if ending == "coroutine.yield(1)":
        way = w.text(("coroutine.close(co)", "coroutine.resume(co)", "coroutine.status(co)"))
        return f"do local co = coroutine.create(function() {body} {ending} end) show(coroutine.resume(co)) show({way}) show(coroutine.status(co)) end"
    return w.text(
        (
            (
                f"try(function(...) do {body} {ending} end ::done:: return 'after' end, 1, nil)"
                if "return" not in ending
                else f"try(function(...) {body} {ending} end, 1, nil)"
            ),
            f"try(function() for i in function(_, c) if not c then return 1 end end, nil, nil, closer('{name}') do show(i) end end)",
            f"show(xpcall(function() {body} error('e', 0) end, function(m) show('handler', m) return 'h' end))",
        )
    )


def varargs(w: FeatureWriter) -> str:
    given = w.values()
    body = w.text(
        (
            f"return select({w.text(SELECTED)}, ...)",
            "local a, b = ... return b, a, ...",
            "local t = { ..., 'last' } return #t, t[1]",
            "local t = table.pack(...) return t.n, table.unpack(t, 1, t.n)",
            "return (...), select('#', ...)",
            "return ..., ...",
            "local function inner(...) return select('#', ...), ... end return inner(nil, ...)",
            "local n = 0 for _, v in ipairs({ ... }) do n = n + 1 end return n",
            "return (function(a, ...) return ..., a end)(...)",
            "local t = { n = select('#', ...), ... } return t.n, t[t.n]",
        )
    )
    return w.text(
        (
            f"try(function(...) {body} end{', ' if given else ''}{given})",
            f"do local function f(...) {body} end try(f{', ' if given else ''}{given}) end",
        )
    )


def load(w: FeatureWriter) -> str:
    text = w.text(
        (
            "return 1 + 1, ...",
            "x = ... return x",
            "local a = ... return function() a = (a or 0) + 1 return a end",
            "return",
            "syntax error here",
            "return 'unfinished",
            "error('at run time')",
            "return nil + 1",
            "local t = {} t.x.y = 1",
            "goto nowhere",
            "for i = 1, 3 do coroutine.yield(i) end",
            "return _ENV ~= nil, x",
        )
    )
    name = w.text(
        (
            "",
            ", 'name'",
            ", '=name'",
            ", '@name.lua'",
            ", 'name', 't'",
            ", 'name', 't', { x = 7, error = error }",
            ", '=n', 'b'",
        )
    )
    return w.text(
        (
            f"do local f, e = load([==[{text}]==]{name}) show(f and 'loaded', e) if f then try(f, 5) end end",
            "do local parts = { 'return ', '1', nil } local i = 0 try(function() return load(function() i = i + 1 return parts[i] end)() end) end",
            f"do local f = load([==[{text}]==]{name}) if f then local co = coroutine.wrap(f) try(co, 1) try(co, 2) end end",
        )
    )


def coroutine(w: FeatureWriter) -> str:
    body = w.text(
        (
            "local got = coroutine.yield(...) show('got', got) return got, 'end'",
            "for i = 1, 3 do show(coroutine.yield(i, i * 2)) end",
            "return pcall(function() coroutine.yield('inside') error('oops') end)",
            "error({ code = 1 })",
            "error('text')",
            "local inner = coroutine.wrap(function() coroutine.yield('i') return 'j' end) coroutine.yield(inner()) return inner(), coroutine.isyieldable()",
            "local t = setmetatable({}, { __index = function(_, k) return coroutine.yield(k) end, __add = function(a, b) return coroutine.yield('add') end, "
            "__lt = function() return coroutine.yield('lt') end, __concat = function() return coroutine.yield('..') end, __call = function(_, x) return coroutine.yield(x) end }) "
            "show(t.field) show(t + 1) show(t < t) show(t .. 'x') show(t(7)) return 'done'",
            "for k, v in (function() return function(_, c) c = (c or 0) + 1 coroutine.yield('step', c) if c < 3 then return c, c end end end)() do show(k, v) end",
            "local ok, e = pcall(table.sort, { 3, 2, 1 }, function(a, b) coroutine.yield() return a < b end) show(ok, e) return 'sorted'",
            "show((string.gsub('ab', '.', function(c) return c:upper() end))) return coroutine.running() ~= nil",
            "local function deep(n) if n == 0 then return coroutine.yield('deep') end return (deep(n - 1)) end return deep(20)",
            "local c <close> = closer('co') coroutine.yield('open') return 'closed'",
            "show(select('#', coroutine.yield()), (coroutine.yield(nil, nil))) return",
            "return coroutine.resume(coroutine.create(function() return coroutine.yield('nested') end))",
        )
    )
    given = w.some((*SMALL, "nil", "'v'", "1, 2"), 2, 4)
    if w.chance(0.5):
        calls = " ".join(
            f"show(coroutine.resume(co, {each})) show(coroutine.status(co))" for each in given
        )
        last = w.text(("", " show(coroutine.close(co)) show(coroutine.status(co))"))
        return f"do local co = coroutine.create(function(...) {body} end) {calls}{last} end"
    calls = " ".join(f"try(co, {each})" for each in given)
    return f"do local co = coroutine.wrap(function(...) {body} end) {calls} end"


def generator(w: FeatureWriter) -> str:
    count, bad = w.random.randint(1, 4), w.random.randint(1, 6)
    return (
        f"try(function() local function items(n) return coroutine.wrap(function() for i = 1, n do if i == {bad} then error('item ' .. i, {w.text(('0', '1', '2'))}) end "
        f"coroutine.yield(i, i * i) end end) end for i, s in items({count}) do show(i, s) {w.text(('', 'if i == 2 then break end', 'if i == 3 then return i end'))} end return 'over' end)"
    )
