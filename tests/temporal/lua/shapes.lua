local counters = require("counters")

-- A class at the top level.
local Step = {}
Step.__index = Step
function Step.new(name, fn) return setmetatable({ name = name, fn = fn }, Step) end
function Step:run(ctx, input)
  local result = self.fn(ctx, input)
  return self.name .. "=" .. tostring(result)
end

local STAGES = { "build", "test", "deploy" }

local function double(x) return x * 2 end

local function ask(ctx, name)
  return ctx:execute_activity("echo", { name = name, twice = double(#name) })
end

local function pipeline(ctx, input)
  local steps = {
    Step.new("sync", function(_, i) return double(i.n) end),
    Step.new("async", function(c, i) return ask(c, "step").twice end),
    Step.new("wait", function(c) c:sleep(0.01) return "ok" end),
  }
  local out = {}
  for i, step in ipairs(steps) do out[i] = step:run(ctx, input) end
  return out
end

local workflows = {}

function workflows.Pipeline(ctx, input)
  local out = pipeline(ctx, input)
  for _, stage in ipairs(STAGES) do out[#out + 1] = ask(ctx, stage).name end
  return out
end

workflows["Again"] = function(ctx, input) return { pipeline(ctx, input)[1], counters.bump("a"), counters.bump("a"), counters.LIMIT } end

function workflows.Counting(ctx)
  local a = counters.wait_and_bump(ctx, "x")
  local b = counters.wait_and_bump(ctx, "x")
  return { a, b }
end

function workflows.Coroutines(ctx, input)
  local gen = coroutine.wrap(function()
    for i = 1, 3 do
      local r = ctx:execute_activity("echo", { name = "n" .. i })
      coroutine.yield(r.name)
    end
    ctx:sleep(0.01)
    return "end"
  end)
  local out = {}
  for i = 1, 4 do out[i] = gen() end
  local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) ctx:sleep(0.01) return b * 2 end)
  local _, x = coroutine.resume(co, 1)
  local _, y = coroutine.resume(co, 10)
  out[5], out[6], out[7] = x, y, coroutine.status(co)
  return out
end

function workflows.Retry(ctx, input)
  local attempts, last = 0, nil
  repeat
    attempts = attempts + 1
    local ok, err = pcall(function()
      if attempts < 3 then error({ type = "TRY", message = "attempt " .. attempts }) end
      return ask(ctx, "x")
    end)
    last = ok and "done" or err.message
    if not ok then ctx:sleep(0.01) end
  until ok or attempts > 5
  return { attempts = attempts, last = last }
end

function workflows.Nested(ctx, input)
  local log = {}
  local ok, e = pcall(function()
    local ok2, e2 = xpcall(function() ask(ctx, "a") error("inner") end, function(m) return "handled " .. m end)
    log[#log + 1] = tostring(ok2) .. ":" .. e2
    for i = 1, 3 do
      local fns = {}
      fns[1] = function() return ask(ctx, "loop" .. i).name end
      log[#log + 1] = fns[1]()
    end
    error("outer", 0)
  end)
  log[#log + 1] = e
  return log
end

function workflows.Signals(ctx, input)
  local got = {}
  while true do
    local s = ctx:wait_signal("item", { timeout = input.timeout })
    if s == nil then break end
    if s.skip then goto continue end
    got[#got + 1] = s.value
    ::continue::
    if #got == 2 then break end
  end
  return got
end

function string.trim(s) return (s:match("^%s*(.-)%s*$")) end

function string:asked(ctx) return ask(ctx, self:trim()).name end

function workflows.Strings(ctx, input)
  local name = input.name
  return { name:trim(), ("[" .. name .. "]"):upper():trim(), name:asked(ctx), string.trim(" x ") }
end

temporal.worker({
  url = "localhost:7233", task_queue = "shapes",
  activities = { echo = function(input) return { name = input.name, twice = double(input.twice or 0) } end },
  workflows = workflows,
})
