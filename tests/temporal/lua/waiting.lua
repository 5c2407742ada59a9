-- The workflows of scenarios.py: each waits in several ways, so that a worker can be lost at any of them.
local calls = {}

local function counted(name)
  calls[name] = (calls[name] or 0) + 1
  return calls[name]
end

local activities = {
  update_gitops = function(input) return { short_id = "commit-" .. input.commit.branch } end,
  notify = function(input) return { sent = input.message } end,
  echo = function(input) return input end,
  refuse = function(input) error({ type = "REFUSED", message = "no " .. input.what, level = input.level }) end,
  flaky = function(input)
    local attempt = counted(input.key)
    if attempt < input.succeeds_at then error("attempt " .. attempt .. " failed") end
    return attempt
  end,
}

local ONCE = { retry_policy = { maximum_attempts = 1 } }

local function echo(ctx, value)
  return ctx:execute_activity("echo", { value = value }, { start_to_close_timeout = 60 }).value
end

local workflows = {}

-- The workflow of the specification.
function workflows.Promotion(ctx, input)
  local approval = ctx:wait_signal("approve", { timeout = 86400 })
  if not approval then return { status = "timed_out" } end
  local commit = ctx:execute_activity("update_gitops", {
    gitlab_url = input.gitlab_url,
    commit = input.gitops_commit,
  }, { start_to_close_timeout = 30, retry_policy = { maximum_attempts = 3 } })
  local told = ctx:execute_activity("notify", { message = "Deployed " .. input.version .. " to " .. input.target })
  return { status = "done", commit_id = commit.short_id, approved_by = approval.user, told = told.sent }
end

-- Signals of two names in any order, a side effect for each, the state asked for in between.
function workflows.Tally(ctx, input)
  local items, extras, tickets = {}, 0, {}
  ctx:register_query("state", function(argument)
    return { items = #items, extras = extras, asked = argument }
  end)
  while #items < input.count do
    local item = ctx:wait_signal("item", { timeout = 3600 })
    items[#items + 1] = item.name
    tickets[#tickets + 1] = ctx:side_effect(function() return crypto.random(8) end)
    while ctx:wait_signal("extra", { timeout = 0 }) do extras = extras + 1 end
  end
  return { items = table.concat(items, ","), extras = extras, tickets = tickets }
end

-- Failures of activities caught, thrown on, caught again; the workflow's own retries with timers between.
function workflows.Failures(ctx, input)
  local log = {}
  local function note(text) log[#log + 1] = text end
  local ok, err = pcall(ctx.execute_activity, ctx, "refuse", { what = "way", level = 3 }, ONCE)
  note(tostring(ok) .. " " .. err.type .. " " .. err.message .. " " .. err.level)
  ok, err = xpcall(function()
    local fine, inner = pcall(function() ctx:execute_activity("refuse", { what = "time", level = 1 }, ONCE) end)
    note("inner " .. tostring(fine))
    error(inner, 0)
  end, function(failure) return "handled: " .. tostring(failure) end)
  note(tostring(ok) .. " " .. err)
  local attempt = 0
  repeat
    attempt = attempt + 1
    ok, err = pcall(function()
      if attempt < 3 then error("try " .. attempt, 0) end
      return echo(ctx, "reached")
    end)
    note(tostring(ok) .. " " .. err)
    if not ok then ctx:sleep(0.05) end
  until ok
  note(ctx:execute_activity("flaky", { key = ctx:workflow_info().run_id, succeeds_at = 3 }, {
    retry_policy = { initial_interval = 0.02, maximum_interval = 0.02 },
  }))
  return log
end

-- One wait of every kind after the other, twice; what was recorded goes on into activities.
function workflows.Everything(ctx, input)
  local log, phase = {}, "start"
  ctx:register_query("phase", function() return phase end)
  for round = 1, input.rounds do
    phase = "signal " .. round
    local payload = ctx:wait_signal("go")
    local ticket = ctx:side_effect(function() return { id = crypto.random(8), at = time() } end)
    phase = "activity " .. round
    log[#log + 1] = echo(ctx, ticket.id) == ticket.id
    ctx:sleep(0.05)
    local failed, reason = pcall(function()
      return ctx:side_effect(function() error("side " .. round, 0) end)
    end)
    log[#log + 1] = reason
    log[#log + 1] = payload or "nothing"
    log[#log + 1] = ticket
  end
  phase = "end"
  return log
end

-- Generators and closures that wait; their state is rebuilt by every replay.
function workflows.Generators(ctx, input)
  local function numbers(name)
    return coroutine.wrap(function()
      for i = 1, 3 do coroutine.yield(echo(ctx, name .. i)) end
    end)
  end
  local left, right, out = numbers("l"), numbers("r"), {}
  for _ = 1, 3 do
    out[#out + 1] = left()
    ctx:wait_signal("next")
    out[#out + 1] = right()
  end
  return table.concat(out, " ")
end

-- Futures, a child that waits, a branch and a condition; the worker may be lost before any of them is ready.
function workflows.Together(ctx, input)
  local ready = 0
  ctx:register_query("ready", function() return ready end)
  local child = ctx:start_child_workflow("Promoted", { name = "child" })
  local first = ctx:start_activity("echo", { value = "first" })
  local second = ctx:start_activity("echo", { value = "second" })
  local branch = ctx:spawn(function(name)
    local payload = ctx:wait_signal(name)
    ready = ready + 1
    return payload
  end, "branch")
  local found = ctx:all({ second, first })
  ctx:wait_until(function() return ready == 1 end)
  return {
    found = { found[1].value, found[2].value },
    branch = branch:get(),
    child = child:get(),
  }
end

function workflows.Promoted(ctx, input)
  local id = ctx:side_effect(function() return crypto.random(8) end)
  ctx:sleep(0.05)
  return input.name .. (#id)
end

-- A chain of runs that goes on with what updates bring; each update waits for an activity. A signal is kept for the last run.
function workflows.Chain(ctx, input)
  local state = input or { runs = 0, got = {} }
  state.runs = state.runs + 1
  ctx:register_update("add", function(value)
    state.got[#state.got + 1] = echo(ctx, value)
    return #state.got
  end)
  local before = #state.got
  ctx:wait_until(function() return #state.got > before end)
  if state.runs < 3 then ctx:continue_as_new(state, { keep_signals = true }) end
  return { runs = state.runs, got = state.got, kept = ctx:wait_signal("kept") }
end

-- Fails by itself after a wait.
function workflows.Breaks(ctx, input)
  local found = echo(ctx, "something")
  ctx:sleep(0.05)
  return input.missing.field .. found
end

-- Canceled while it waits: cleans up, which waits again, and passes the request on.
function workflows.Canceled(ctx, input)
  local ok, err = pcall(function() ctx:wait_signal("never") end)
  echo(ctx, "cleaned up")
  ctx:sleep(0.05)
  if not ok then error(err, 0) end
end

-- Canceled as well, but it makes a result of it.
function workflows.CanceledButDone(ctx, input)
  local ok, err = pcall(ctx.sleep, ctx, 86400)
  return { ok = ok, type = err.type, after = echo(ctx, "afterwards") }
end

-- What replay draws again is what an activity was given; local work, a race, a child, changes of the code, what others can see.
function workflows.Drawn(ctx, input)
  local drawn = { ctx:uuid(), ctx:random(1, 1000000), ctx:now() }
  local sent = echo(ctx, drawn)
  local first = ctx:execute_local_activity("echo", { value = "local" }).value
  ctx:upsert_memo({ stage = first })
  ctx:upsert_search_attributes({ Stage = first })
  local key = ctx:any({ late = ctx:start_timer(3600), work = ctx:start_activity("echo", { value = 1 }) })
  local child = ctx:execute_child_workflow("Promoted", { name = "child" }, { task_timeout = 5 })
  local changed = ctx:patched("change") and echo(ctx, "new") or echo(ctx, "old")
  ctx:deprecate_patch("older-change")
  local info = ctx:workflow_info()
  return {
    same = sent[1] == drawn[1] and sent[2] == drawn[2] and sent[3] == drawn[3],
    seen = { info.memo.stage, info.search_attributes.Stage, key, child, changed },
  }
end

-- Messages to other workflows; then it is canceled itself, while it must not be interrupted.
function workflows.Messages(ctx, input)
  local log = {}
  local function note(value) log[#log + 1] = value end
  local answers = ctx:start_child_workflow("Stays", nil, { task_timeout = 5 })
  ctx:signal_workflow(answers.workflow_id, "go", "signaled")
  note(answers:get())
  local leaves = ctx:start_child_workflow("Stays", nil, { task_timeout = 5 })
  ctx:cancel_workflow(leaves.workflow_id)
  local ok, err = pcall(leaves.get, leaves)
  note(err.type)
  note(ctx:shielded(function() return ctx:wait_signal("finish") end))
  ok, err = pcall(ctx.sleep, ctx, 86400)
  note(err.type)
  note(ctx:cancellation_requested())
  return log
end

function workflows.Stays(ctx)
  return ctx:wait_signal("go")
end

temporal.worker({ url = "localhost:7233", task_queue = "waiting", activities = activities, workflows = workflows })
