-- Polling with backoff: start a job in another system, then ask until it is done, at growing intervals.

local activities = {
  submit = function(input)
    local resp = http.post(input.service .. "/jobs", { name = input.name })
    if resp.status ~= 201 then error("cannot submit the job: HTTP " .. resp.status) end
    return json.parse(resp.body)
  end,

  job_status = function(input)
    local resp = http.get(input.service .. "/jobs/" .. input.id, { timeout = 5 })
    if resp.status == 404 then
      -- A table makes an error with a type of its own, which retry policies can name.
      error({ type = "UNKNOWN_JOB", message = "there is no job " .. input.id })
    end
    return json.parse(resp.body)
  end,
}

local workflows = {
  RunJob = function(ctx, input)
    local job = ctx:execute_activity("submit", { service = input.service, name = input.name })
    local pause = input.first_pause or 1
    local asked = 0

    while asked < 50 do
      local now = ctx:execute_activity("job_status", { service = input.service, id = job.id }, {
        start_to_close_timeout = 10,
        retry_policy = { maximum_attempts = 5, non_retryable_errors = { "UNKNOWN_JOB" } },
      })
      asked = asked + 1
      if now.status ~= "running" then
        return { id = job.id, status = now.status, asked = asked }
      end

      -- A timer of Temporal: the worker may be restarted while it runs.
      ctx:sleep(pause)
      pause = math.min(pause * 2, 60)
    end
    error("JOB_STUCK: job " .. job.id .. " did not end")
  end,
}

temporal.worker({
  url = "localhost:7233",
  task_queue = "jobs",
  activities = activities,
  workflows = workflows,
})
