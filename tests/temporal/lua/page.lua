-- Every Lua call that the specification's page shows, each in a workflow of its own. Addresses come from the command line.
local attempts = {}

temporal.worker({
  url = "localhost:7233",
  namespace = "default",
  task_queue = "page",
  activities = {
    -- Fails until its last attempt.
    flaky = function(input)
      attempts[input.key] = (attempts[input.key] or 0) + 1
      if attempts[input.key] < input.succeeds_at then
        error("attempt " .. attempts[input.key] .. " failed")
      end
      return { attempts = attempts[input.key], target = input.target, version = input.version }
    end,
    denied = function(input)
      attempts[input.key] = (attempts[input.key] or 0) + 1
      error("PERMISSION_DENIED: not yours (attempt " .. attempts[input.key] .. ")")
    end,
    throws_table = function()
      error({ type = "QUOTA", message = "no room", limit = 3 })
    end,
    slow = function(input)
      sleep(input.seconds)
      return "done"
    end,
    http_500 = function()
      error("GitLab commit failed: HTTP 500")
    end,
    echo = function(input) return input end,
    no_result = function() end,
  },
  workflows = {
    AllOptions = function(ctx, input)
      return ctx:execute_activity("flaky", {
        key = input.key,
        succeeds_at = 3,
        target = "prod",
        version = "v0.2.0",
      }, {
        start_to_close_timeout = 300,
        schedule_to_close_timeout = 600,
        heartbeat_timeout = 30,
        retry_policy = {
          initial_interval = 0.05,
          backoff_coefficient = 2.0,
          maximum_interval = 60,
          maximum_attempts = 5,
          non_retryable_errors = { "PERMISSION_DENIED" },
        },
      })
    end,

    OptionsAtRunTime = function(ctx, input)
      local options = { start_to_close_timeout = input.timeout, retry_policy = { maximum_attempts = 1 } }
      return ctx:execute_activity(input.name, input.payload, options)
    end,

    NonRetryable = function(ctx, input)
      local ok, err = pcall(function()
        return ctx:execute_activity("denied", { key = input.key }, {
          retry_policy = { initial_interval = 0.05, non_retryable_errors = { "PERMISSION_DENIED" } },
        })
      end)
      return { ok = ok, message = tostring(err) }
    end,

    TableError = function(ctx)
      local ok, err = pcall(ctx.execute_activity, ctx, "throws_table", nil, { retry_policy = { maximum_attempts = 1 } })
      local ok2, err2 = pcall(function()
        ctx:execute_activity("throws_table", nil, { retry_policy = { maximum_attempts = 1 } })
      end)
      return { ok = ok or ok2, type = err2.type, message = err2.message, text = tostring(err2), same = err.type }
    end,

    Timeout = function(ctx)
      local ok, err = pcall(function()
        return ctx:execute_activity("slow", { seconds = 5 }, {
          start_to_close_timeout = 0.2,
          retry_policy = { maximum_attempts = 1 },
        })
      end)
      return { ok = ok, type = err.type }
    end,

    Uncaught = function(ctx)
      ctx:execute_activity("http_500", nil, { retry_policy = { maximum_attempts = 1 } })
    end,

    OwnError = function(ctx, input)
      local config = input.config
      return config.missing.field
    end,

    WaitForever = function(ctx)
      local payload = ctx:wait_signal("approve")
      return payload
    end,

    WaitWithTimeout = function(ctx)
      local payload = ctx:wait_signal("approve", { timeout = 0.2 })
      if not payload then return { status = "timed_out" } end
      return { status = "approved", by = payload.user }
    end,

    Sleeps = function(ctx, input)
      local before = time()
      ctx:sleep(0.3)
      ctx:sleep(0)
      ctx:sleep(input.seconds)
      return { slept = time() - before }
    end,

    SideEffects = function(ctx)
      local id = ctx:side_effect(function() return crypto.random(16) end)
      local now = ctx:side_effect(function() return time() end)
      ctx:wait_signal("go")
      local again = ctx:side_effect(function() return crypto.random(4) end)
      return { id = id, now = now, again = again }
    end,

    Info = function(ctx)
      local info = ctx:workflow_info()
      print("workflow", info.workflow_type)
      log.info("asked for", { type = info.workflow_type })
      return info
    end,

    Collects = function(ctx, input)
      local seen = {}
      ctx:register_query("seen", function() return seen end)
      while #seen < input.count do
        local value = ctx:wait_signal("value")
        seen[#seen + 1] = value
      end
      return seen
    end,

    Nothing = function(ctx, input)
      ctx:execute_activity("no_result")
      assert(input == nil)
    end,

    Cleanup = function(ctx)
      local ok, err = pcall(function() ctx:sleep(100) end)
      local cleaned = ctx:execute_activity("echo", { cleaned = true })
      if not ok then error(err, 0) end
      return cleaned
    end,
  },
})
