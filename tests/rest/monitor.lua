-- A worker whose activities use the REST client, one of them through a local at the top of the file.
local rest = require("assay.temporal")
local c = rest.client(env.get("TEMPORAL_HTTP"))

temporal.worker({
  url = "localhost:7233",
  task_queue = "monitors",
  activities = {
    count = function(query)
      return #c.workflows:search(query).executions
    end,
    wait = function(id)
      return require("assay.temporal").client(env.get("TEMPORAL_HTTP")):wait_workflow_complete(id, 60)
    end,
    fails = function(id)
      return c:workflow(id)
    end,
  },
  workflows = {
    Monitor = function(ctx, input)
      local ok, err = pcall(function() return ctx:execute_activity("fails", "none", { retry_policy = { maximum_attempts = 1 } }) end)
      return { count = ctx:execute_activity("count", input.query), err = tostring(err) }
    end,
    Waits = function(ctx, input)
      return ctx:execute_activity("wait", input, { heartbeat_timeout = 1 })
    end,
  },
})
