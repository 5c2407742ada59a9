-- An approval that escalates: each approver has some time to answer, then the next one is asked.

local activities = {
  ask = function(input)
    log.info("asking for approval", { approver = input.approver, request = input.request })
    return { asked = input.approver }
  end,
}

local workflows = {
  Approval = function(ctx, input)
    local asked = {}
    local state = "starting"

    -- Anyone may look: `client:query_workflow({ workflow_id = ..., query_type = "state" })`
    ctx:register_query("state", function() return { state = state, asked = asked } end)

    for _, approver in ipairs(input.approvers) do
      ctx:execute_activity("ask", { approver = approver, request = input.request })
      asked[#asked + 1] = approver
      state = "waiting for " .. approver

      -- Signals are kept until somebody waits for them: an answer that comes early is not lost.
      local answer = ctx:wait_signal("answer", { timeout = input.patience })
      if answer then
        state = answer.approved and "approved" or "rejected"
        return { status = state, by = answer.by, asked = asked }
      end
    end

    state = "expired"
    return { status = state, asked = asked }
  end,
}

temporal.worker({
  url = "localhost:7233",
  task_queue = "approvals",
  activities = activities,
  workflows = workflows,
})
