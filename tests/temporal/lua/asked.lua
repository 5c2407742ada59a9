-- What options ask of the server, and what its answers are: tests/temporal/test_asked.py reads the histories.
local workflows = {}

local RETRY = {
  initial_interval = 2,
  backoff_coefficient = 1.5,
  maximum_interval = 9,
  maximum_attempts = 4,
  non_retryable_errors = { "NEVER" },
}

function workflows.Activity(ctx, input)
  return ctx:execute_activity("echo", input, {
    start_to_close_timeout = 30.5,
    schedule_to_close_timeout = 600,
    schedule_to_start_timeout = 50,
    heartbeat_timeout = 20,
    task_queue = input.queue,
    retry_policy = RETRY,
    summary = "an echo",
  })
end

function workflows.Parent(ctx, input)
  local child = ctx:start_child_workflow("Child", nil, {
    workflow_id = input.id,
    task_queue = input.queue,
    execution_timeout = 60,
    run_timeout = 50.5,
    task_timeout = 8,
    retry_policy = RETRY,
    parent_close_policy = input.policy,
    cancellation_type = "abandon",
    id_reuse_policy = "allow_duplicate_failed_only",
    memo = { from = "parent" },
    search_attributes = { Stage = "child" },
  })
  if input.waits then return child:get() end
end

function workflows.Child(ctx)
  local policy = ctx:wait_signal("go")
  return policy
end

function workflows.Continues(ctx, input)
  ctx:continue_as_new({ queue = input.queue }, {
    workflow_type = "Activity",
    task_queue = input.queue,
    run_timeout = 40.5,
    task_timeout = 7,
    retry_policy = RETRY,
    memo = { from = "before" },
    search_attributes = { Stage = "next" },
  })
end

-- Reads one name to its end, then the other, in the run after the one that the signals came to.
function workflows.Keeps(ctx, input)
  if not input then
    ctx:wait_signal("go")
    ctx:continue_as_new({}, { keep_signals = true })
  end
  local found = {}
  for _, name in ipairs({ "b", "a" }) do
    repeat
      local payload = ctx:wait_signal(name, { timeout = 0 })
      found[#found + 1] = payload and name .. payload or "no more " .. name
    until not payload
  end
  return found
end

-- Canceled while an activity runs, which ends when it is told.
function workflows.Cancels(ctx, input)
  local ok, err = pcall(function()
    ctx:execute_activity("stops", nil, { cancellation_type = input.how, heartbeat_timeout = 1 })
  end)
  return err.type
end

function workflows.Retries(ctx, input)
  local once = { initial_interval = 0.05, maximum_attempts = 2 }
  local ok, err = pcall(function()
    ctx:execute_local_activity("fail", nil, { local_retry_threshold = input.threshold, retry_policy = once })
  end)
  return ok
end

-- To one run of a workflow.
function workflows.ToRun(ctx, input)
  local wrong = { run_id = "00000000-0000-4000-8000-000000000000" }
  local ok, err = pcall(function() ctx:signal_workflow(input.id, "go", 1, wrong) end)
  local ok2, err2 = pcall(function() ctx:cancel_workflow(input.id, wrong) end)
  if input.cancels then
    ctx:cancel_workflow(input.id, { run_id = input.run })
  else
    ctx:signal_workflow(input.id, "go", "right", { run_id = input.run })
  end
  return { err.type, err2.type }
end

local function failure(ctx, name, options)
  local ok, err = pcall(ctx.execute_activity, ctx, name, nil, options)
  return { ok, err.type, err.timeout, err.activity, err.details or "none" }
end

function workflows.Late(ctx)
  local once = { maximum_attempts = 1 }
  local futures = {
    ctx:spawn(failure, ctx, "echo", { task_queue = "nobody-serves-this", schedule_to_start_timeout = 0.2 }),
    ctx:spawn(failure, ctx, "slow", { schedule_to_close_timeout = 0.3 }),
    ctx:spawn(failure, ctx, "computes", { heartbeat_timeout = 0.5, retry_policy = once }),
  }
  return ctx:all(futures)
end

function workflows.Outlives(ctx, input)
  local ok, err = pcall(function()
    return ctx:execute_child_workflow("Child", nil, { workflow_id = input.id })
  end)
  return { ok, err.type, err.child_workflow, err.workflow_id }
end

temporal.worker({
  url = "localhost:7233",
  task_queue = "asked",
  activities = {
    echo = function(input) return input end,
    slow = function() sleep(1) end,
    fail = function() error("as always") end,
    stops = function() sleep(2) end,
    -- Tells how far it is once, then computes for too long without a sign of life.
    computes = function()
      activity.heartbeat("half way")
      local started = time()
      while time() - started < 2 do end
    end,
  },
  workflows = workflows,
})
