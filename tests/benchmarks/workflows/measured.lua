-- The workflows that are measured; twins.py is the same in Python.
temporal.worker({
  url = "localhost:7233",
  task_queue = "measured",
  activities = {
    update_gitops = function(input) return { short_id = "abc123", branch = input.commit.branch } end,
    notify = function(input) return { sent = true } end,
    step = function(input) return { number = input.number, name = input.name } end,
    fetch = function(input)
      local response = http.get(input.url)
      return { status = response.status, size = #response.body }
    end,
  },
  workflows = {
    -- The workflow of the specification.
    PromotionWorkflow = function(ctx, input)
      local approval = ctx:wait_signal("approve", { timeout = 86400 })
      if not approval then return { status = "timed_out" } end
      local commit = ctx:execute_activity("update_gitops", {
        gitlab_url = input.gitlab_url,
        commit = input.gitops_commit,
        token = input.token,
      }, { start_to_close_timeout = 30, retry_policy = { maximum_attempts = 3 } })
      ctx:execute_activity("notify", {
        webhook = input.webhook,
        message = "Deployed " .. input.version .. " to " .. input.target,
      })
      return { status = "done", commit_id = commit.short_id, approved_by = approval.user }
    end,

    -- One activity after the other.
    Hundreds = function(ctx, input)
      local total, last = 0, nil
      for number = 1, input.count do
        local found = ctx:execute_activity("step", { number = number, name = "step " .. number })
        total = total + found.number
        last = found.name
      end
      return { total = total, last = last }
    end,
  },
})
