-- What an activity can ask while it runs.
local function begun(name, folder) fs.write(folder .. "/" .. name, "") end

temporal.worker({
  url = "localhost:7233",
  task_queue = "running-activity",
  activities = {
    info = function(input)
      local found = activity.info()
      return {
        names = { found.activity_type, found.workflow_type, found.namespace, found.task_queue },
        ids = { #found.activity_id > 0, #found.workflow_id > 0, #found.workflow_run_id > 0 },
        local_ = found.is_local, attempt = found.attempt,
        limits = { found.start_to_close_timeout, found.heartbeat_timeout, found.schedule_to_close_timeout },
        times = { found.scheduled_time <= found.started_time, found.started_time <= time() + 60,
                  math.type(found.scheduled_time), math.type(found.current_attempt_scheduled_time) },
        details = found.heartbeat_details, count = select("#", activity.heartbeat_details()),
        cancelled = activity.is_cancelled(),
      }
    end,
    resumes = function(input)
      local step, note = activity.heartbeat_details()
      if step then return { step, note.text, activity.info().attempt, activity.info().heartbeat_details } end
      activity.heartbeat(7, { text = "half way" })
      error("first attempt")
    end,
    waits = function(input)
      sleep(input)
      return "not timed out"
    end,
    stopped_in_wait = function(folder)
      begun("wait", folder)
      local ok, err = pcall(sleep, 60)
      fs.write(folder .. "/seen", tostring(err.type) .. " " .. tostring(activity.is_cancelled()))
      error(err, 0)
    end,
    stopped_at_heartbeat = function(folder)
      begun("beat", folder)
      for _ = 1, 3000 do
        activity.heartbeat()
        sleep(0.01)
      end
    end,
  },
  workflows = {
    One = function(ctx, input)
      local options = { heartbeat_timeout = input.heartbeat, retry_policy = { initial_interval = 0.01, maximum_attempts = 2 } }
      local ok, result = pcall(ctx.execute_activity, ctx, input.name, input.input, options)
      if ok then return result end
      return { failed = tostring(result), type = result.type }
    end,
  },
})
