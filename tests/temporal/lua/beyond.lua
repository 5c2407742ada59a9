-- What ctx offers beyond the specification's page (docs/ctx.md), each facility in workflows of its own.
local function twice(ctx, name)
  local first = ctx:start_activity("echo", { name = name .. "1" })
  local second = ctx:start_activity("echo", { name = name .. "2" })
  return second:get().name .. first:get().name
end

local QUICK = { start_to_close_timeout = 60, retry_policy = { maximum_attempts = 1 } }

local workflows = {}

function workflows.Futures(ctx)
  local slow = ctx:start_activity("slow", { seconds = 0.3 })
  local before = slow:is_ready()
  local futures = {}
  for number = 1, 5 do
    futures[number] = ctx:start_activity("echo", { number = number })
  end
  futures.named = ctx:start_activity("echo", { number = "named" })
  local all = ctx:all(futures)
  local sum = 0
  for number = 1, 5 do sum = sum + all[number].number end
  local key, value = ctx:any({ timer = ctx:start_timer(60), quick = ctx:start_activity("echo", "quick") })
  local again = slow:get() == slow:get()
  return {
    before = before, after = slow:is_ready(), sum = sum, named = all.named.number, key = key, value = value,
    again = again, twice = twice(ctx, "x"), single = futures[2]:get().number,
    empty = next(ctx:all({})) == nil,
  }
end

function workflows.FailingFutures(ctx)
  local good, bad = ctx:start_activity("echo", 1), ctx:start_activity("fail", "one", QUICK)
  local ok, err = pcall(ctx.all, ctx, { good, bad })
  local ok2, err2 = pcall(function() return bad:get() end)
  local ok3, err3 = pcall(bad.get, bad)
  local late = ctx:start_activity("slow", { seconds = 20 })
  late:cancel()
  local ok4, err4 = pcall(function() return late:get() end)
  local timer = ctx:start_timer(100)
  timer:cancel()
  local ok5, err5 = pcall(function() return timer:get() end)
  local ok6, err6 = pcall(function() return ctx:any({}) end)
  local ok7, err7 = pcall(function() return ctx:all({ 1 }) end)
  local list = { good.get }
  local ok8, err8 = pcall(list[1], ctx)
  return {
    oks = { ok, ok2, ok3, ok4, ok5, ok6, ok7, ok8 },
    errors = { err, err2, err3, err4.type, err5.type, err6, err7, err8 },
    tostring = tostring(good):match("^future: ") ~= nil,
    good = good:get(),
  }
end

function workflows.Spawned(ctx)
  local log = {}
  local function branch(name, pause)
    for step = 1, 2 do
      ctx:sleep(pause)
      log[#log + 1] = name .. step
    end
    return name, #log
  end
  local a, b = ctx:spawn(branch, "a", 0.1), ctx:spawn(branch, "b", 0.3)
  local thrown = ctx:spawn(function() ctx:sleep(0.05) error({ type = "SPAWNED", message = "broken" }) end)
  local yields = ctx:spawn(function() coroutine.yield(1) end)
  local ok, err = pcall(function() return thrown:get() end)
  local ok2, err2 = pcall(function() return yields:get() end)
  local name, count = b:get()
  local results = ctx:all({ a, b, ctx:spawn(function(x) return x * 2 end, 21) })
  return {
    log = log, name = name, count = count, results = results, ok = ok, type = err.type, ok2 = ok2, err2 = err2,
  }
end

function workflows.Local(ctx)
  local one = ctx:execute_local_activity("echo", { n = 1 })
  local effect = ctx:side_effect(function() return crypto.random(4) end)
  local together = ctx:all({
    ctx:spawn(function() return ctx:execute_local_activity("echo", 2) end),
    ctx:spawn(function() return ctx:execute_local_activity("echo", 3) end),
    ctx:spawn(function() return ctx:side_effect(function() return 4 end) end),
  })
  local ok, err = pcall(function()
    ctx:execute_local_activity("fail", "LOCAL", { retry_policy = { maximum_attempts = 1 } })
  end)
  return { one = one.n, together = together, size = #effect, ok = ok, err = err }
end

-- Children -----------------------------------------------------------------------------------------------------------

function workflows.Child(ctx, input)
  if input.fail == "string" then error("CHILD_BROKE: no luck") end
  if input.fail == "table" then error({ type = "BROKE", message = "no luck", details = { code = 7 } }) end
  if input.fail == "activity" then ctx:execute_activity("fail", "deep", QUICK) end
  if input.wait then
    local payload = ctx:wait_signal("go")
    return { got = payload, info = ctx:workflow_info().parent.workflow_id }
  end
  return { id = ctx:workflow_info().workflow_id, n = input.n }
end

function workflows.Parent(ctx, input)
  local own = ctx:workflow_info().workflow_id
  local plain = ctx:execute_child_workflow("Child", { n = 1 })
  local named = ctx:execute_child_workflow("Child", { n = 2 }, {
    workflow_id = own .. "-named",
    parent_close_policy = "request_cancel",
    cancellation_type = "wait_cancellation_requested",
    id_reuse_policy = "reject_duplicate",
    execution_timeout = 60,
    run_timeout = 50,
    task_timeout = 10,
    retry_policy = { maximum_attempts = 4 / 2 }, -- a float that is whole
    memo = { from = own },
  })
  local child = ctx:start_child_workflow("Child", { wait = true }, { workflow_id = own .. "-waits" })
  local waiting = child:is_ready()
  local ok, err = pcall(function()
    return ctx:start_child_workflow("Child", {}, { workflow_id = own .. "-waits" })
  end)
  child:signal("go", { from = "parent" })
  local answer = child:get()
  return {
    plain = plain.n, named = named.id == own .. "-named", id = child.workflow_id == own .. "-waits",
    run = #child.run_id, waiting = waiting, got = answer.got.from, info = answer.info == own,
    ok = ok, type = err.type, err = tostring(err) == "a workflow with the id '" .. own .. "-waits' has already been started",
  }
end

function workflows.ChildFailures(ctx)
  local out = {}
  for _, kind in ipairs({ "string", "table", "activity" }) do
    local ok, err = pcall(function() return ctx:execute_child_workflow("Child", { fail = kind }) end)
    out[kind] = {
      ok = ok, message = err.message, type = err.type, child = err.child_workflow, details = err.details,
      text = tostring(err), id = err.workflow_id ~= nil,
    }
  end
  local ok, err = pcall(function()
    return ctx:execute_child_workflow("Child", { wait = true }, { run_timeout = 1 })
  end)
  out.timeout = { ok = ok, type = err.type, timeout = err.timeout, message = err.message }
  local child = ctx:start_child_workflow("Child", { wait = true })
  child:cancel()
  local ok2, err2 = pcall(function() return child:get() end)
  out.canceled = { ok = ok2, type = err2.type, child = err2.child_workflow }
  return out
end

function workflows.Others(ctx, input)
  ctx:signal_workflow(input.id, "go", { from = "other" })
  ctx:cancel_workflow(input.cancel)
  local ok, err = pcall(function() ctx:signal_workflow("nobody-" .. input.id, "go") end)
  local ok2, err2 = pcall(function() ctx:cancel_workflow("nobody-" .. input.id) end)
  return { ok = ok, type = err.type, message = err.message, ok2 = ok2, type2 = err2.type }
end

-- Runs ---------------------------------------------------------------------------------------------------------------

function workflows.Counts(ctx, input)
  local count = input and input.count or 0
  local signal = ctx:wait_signal("add", { timeout = input and 0 or 5 })
  if signal then count = count + signal.by end
  local rounds = (input and input.rounds or 0) + 1
  if rounds < 4 then
    local ok = pcall(function()
      ctx:continue_as_new({ count = count, rounds = rounds }, { keep_signals = true })
    end)
    error("not reached " .. tostring(ok))
  end
  local info = ctx:workflow_info()
  return { count = count, rounds = rounds, continued = info.continued_run_id ~= nil, first = info.first_run_id ~= info.run_id }
end

function workflows.Updated(ctx)
  local items, closed = {}, false
  ctx:register_update("add", function(item)
    ctx:execute_activity("echo", item)
    items[#items + 1] = item.name
    return #items
  end, {
    validator = function(item)
      if type(item) ~= "table" or not item.name then error("NAMELESS: an item has a name") end
    end,
  })
  ctx:register_update("fail", function(input) error({ type = "REFUSED", message = "never " .. tostring(input) }) end)
  ctx:register_update("close", function() closed = true end)
  ctx:register_update("again", function() ctx:continue_as_new() end)
  local ok = ctx:wait_until(function() return closed end, { timeout = 30 })
  return { items = items, ok = ok }
end

function workflows.Conditions(ctx)
  local ready = false
  ctx:spawn(function() ctx:sleep(0.05) ready = true end)
  local never = ctx:wait_until(function() return false end, { timeout = 0.05 })
  local now = ctx:wait_until(function() return 1 end)
  local look = ctx:wait_until(function() return nil end, { timeout = 0 })
  local later = ctx:wait_until(function() return ready end)
  local ok, err = pcall(function() ctx:wait_until(function() return ready.field.missing end) end)
  return { never = never, now = now, look = look, later = later, ok = ok, err = err }
end

function workflows.Visible(ctx)
  ctx:upsert_memo({ step = "one", count = 1, gone = true })
  ctx:upsert_memo({ gone = json.null, more = { 1, 2 } })
  ctx:upsert_search_attributes({
    Stage = "build", Tries = 3, Share = 0.5, Done = false, Tags = { "a", "b" }, Due = { time = 1712851200.5 },
    Notes = { text = "free text" },
  })
  ctx:upsert_search_attributes({ Tries = json.null })
  local info = ctx:workflow_info()
  local ok, err = pcall(function() ctx:upsert_search_attributes({ Stage = function() end }) end)
  return {
    memo = info.memo, attributes = info.search_attributes, size = info.history_size > 0,
    suggested = info.continue_as_new_suggested, ok = ok, err = err,
  }
end

function workflows.Patched(ctx)
  local new = ctx:patched("second-step")
  if new then ctx:execute_activity("echo", "new") else ctx:execute_activity("echo", "old") end
  ctx:deprecate_patch("first-step")
  return new
end

function workflows.Deterministic(ctx)
  math.randomseed(42)
  local seeded = { math.random(1, 100), math.random(1, 100), math.random() }
  local drawn = { ctx:random(1, 6), ctx:random() < 1, ctx:random(10) <= 10 }
  local id = ctx:uuid()
  local t0, c0 = os.time(), os.clock()
  ctx:sleep(0.1)
  return {
    seeded = seeded, drawn = drawn, id = id, other = ctx:uuid() ~= id,
    now = math.abs(ctx:now() - time()) < 0.001, whole = math.type(t0), clock = os.clock() > c0,
    date = os.date("%Y-%m-%d %H:%M:%S %Z", 86400), fields = os.date("*t", 0).hour,
    moment = os.time({ year = 1970, month = 1, day = 2, hour = 0 }), over = os.time({ year = 1970, month = 14, day = 0, hour = 0 }),
  }
end

-- Cancel -------------------------------------------------------------------------------------------------------------

function workflows.Shielded(ctx)
  local steps = {}
  local before = ctx:cancellation_requested()
  local a, b = ctx:shielded(function()
    ctx:wait_signal("finish")
    steps[#steps + 1] = ctx:execute_activity("echo", "finished")
    return 1, 2
  end)
  steps[#steps + 1] = a + b
  local ok, err = pcall(function() ctx:sleep(100) end)
  steps[#steps + 1] = err.type
  ctx:sleep(0.01)
  return { steps = steps, before = before, after = ctx:cancellation_requested(), ok = ok }
end

function workflows.CanceledFutures(ctx)
  local slow, timer = ctx:start_activity("slow", { seconds = 20 }), ctx:start_timer(100)
  local ok, err = pcall(function() return ctx:all({ slow, timer }) end)
  local ok2, err2 = pcall(function() return slow:get() end)
  return { ok = ok, type = err.type, ok2 = ok2, type2 = err2.type, cleaned = ctx:execute_activity("echo", "cleaned") }
end

function workflows.CancelsItself(ctx)
  local timer = ctx:start_timer(100)
  timer:cancel()
  return timer:get()
end

-- The compiler loses track of ctx: every method by its name, at run time.
function workflows.Lost(ctx)
  local box = { ctx = ctx }
  local own = box.ctx:workflow_info().workflow_id
  box.ctx:register_update("ping", function(x) box.ctx:sleep(0) return x end, { validator = function() end })
  local future = box.ctx:start_activity("echo", { n = 1 }, QUICK)
  local spawned = box.ctx:spawn(function(x) box.ctx:sleep(0.01) return x, x end, 5)
  local all = box.ctx:all({ future, spawned, box.ctx:start_timer(0.01) })
  local key, value = box.ctx:any({ a = future })
  local child = box.ctx:start_child_workflow("Child", { wait = true }, { workflow_id = own .. "-lost", parent_close_policy = "abandon" })
  child:signal("go", "lost")
  local got = child:get().got
  local ran = box.ctx:execute_child_workflow("Child", { n = 3 }, { memo = { a = 1 }, search_attributes = { Stage = "lost" } })
  local ok, err = pcall(function() box.ctx:signal_workflow("nobody-" .. own, "go", nil, { run_id = nil }) end)
  local ok2, err2 = pcall(function() box.ctx:cancel_workflow("nobody-" .. own) end)
  box.ctx:upsert_memo({ a = 1 })
  box.ctx:upsert_search_attributes({ Stage = "lost" })
  box.ctx:deprecate_patch("old")
  local a, b = box.ctx:shielded(function(x) return x, 2 end, 1)
  local ok3, err3 = pcall(function() box.ctx:start_child_workflow("Child", {}, { parent_close_policy = "kill" }) end)
  local ok4, err4 = pcall(function() box.ctx:wait_until(1) end)
  local ok5, err5 = pcall(function() box.ctx:register_update("x", function() end, { validator = 1 }) end)
  return {
    all = { all[1].n, all[2] }, key = key, value = value.n, got = got, ran = ran.n, type = err.type, type2 = err2.type,
    fresh = box.ctx:patched("new"), shielded = { a, b }, until_ = box.ctx:wait_until(function() return true end, { timeout = 1 }),
    kinds = { math.type(box.ctx:now()), #box.ctx:uuid(), math.type(box.ctx:random(6)) },
    canceled = box.ctx:cancellation_requested(), loc = box.ctx:execute_local_activity("echo", 7),
    errors = { err3, err4, err5 }, id = child.workflow_id == own .. "-lost",
  }
end

temporal.worker({
  url = "localhost:7233", task_queue = "beyond",
  activities = {
    echo = function(input) return input end,
    slow = function(input) sleep(input.seconds) return { done = true } end,
    fail = function(input) error(input .. ": broken", 0) end,
  },
  workflows = workflows,
})
