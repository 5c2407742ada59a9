-- The same calls in an activity.
local calls = require("page_calls")

temporal.worker({
  url = "localhost:7233",
  task_queue = "page",
  activities = {
    steer = function(input) return calls.all(input.url, input.queue, input.prefix) end,
  },
  workflows = {
    Steers = function(ctx, input)
      return ctx:execute_activity("steer", input, { start_to_close_timeout = 60, retry_policy = { maximum_attempts = 1 } })
    end,
  },
})
