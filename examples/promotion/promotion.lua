-- The worker of the specification: wait for a person's approval, commit to GitOps, notify the chat.
local handle = temporal.worker({
  url = "localhost:7233",
  namespace = "default", -- optional, defaults to "default"
  task_queue = "promotions",

  activities = {
    update_gitops = function(input)
      local resp = http.post(input.gitlab_url, input.commit, {
        headers = { ["PRIVATE-TOKEN"] = input.token },
      })
      if resp.status ~= 201 then error("GitLab commit failed: HTTP " .. resp.status) end
      return json.parse(resp.body)
    end,

    notify = function(input)
      http.post(input.webhook, { text = input.message })
      return { sent = true }
    end,
  },

  workflows = {
    PromotionWorkflow = function(ctx, input)
      -- Stage 1: wait for human approval (or timeout after 24h)
      local approval = ctx:wait_signal("approve", { timeout = 86400 })
      if not approval then
        return { status = "timed_out" }
      end

      -- Stage 2: update GitOps overlays
      local commit = ctx:execute_activity("update_gitops", {
        gitlab_url = input.gitlab_url,
        commit = input.gitops_commit,
        token = input.token,
      }, { start_to_close_timeout = 30, retry_policy = { maximum_attempts = 3 } })

      -- Stage 3: notify
      ctx:execute_activity("notify", {
        webhook = input.webhook,
        message = "Deployed " .. input.version .. " to " .. input.target,
      })

      return { status = "done", commit_id = commit.short_id, approved_by = approval.user }
    end,
  },
})

-- handle:is_running() -> true while worker is active
-- handle:shutdown() -> graceful shutdown, drains in-flight tasks
