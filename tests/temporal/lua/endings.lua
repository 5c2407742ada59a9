-- What becomes of children when their parent is canceled or closes: tests/temporal/test_child_endings.py.
temporal.worker({
  url = "localhost:7233",
  task_queue = "endings",
  workflows = {
    -- Ends when it is told to; canceled, it cleans up until it is told to end.
    Stays = function(ctx)
      local ok, err = pcall(function() return ctx:wait_signal("finish") end)
      if ok then return "finished" end
      ctx:wait_signal("finish")
      error(err, 0)
    end,

    IsCanceled = function(ctx, input)
      local child = ctx:start_child_workflow("Stays", nil, {
        workflow_id = ctx:workflow_info().workflow_id .. "-child",
        cancellation_type = input,
        parent_close_policy = "abandon",
      })
      local ok, err = pcall(function() return child:get() end)
      ctx:upsert_memo({ caught = err.type }) -- its event tells when that was
      ctx:shielded(function() ctx:wait_signal("close") end)
      return { ok = ok, type = err.type }
    end,

    Closes = function(ctx, input)
      local id = ctx:workflow_info().workflow_id .. "-child"
      if input == "terminate" then
        ctx:start_child_workflow("Stays", nil, { workflow_id = id, parent_close_policy = "terminate" })
      elseif input == "request_cancel" then
        ctx:start_child_workflow("Stays", nil, { workflow_id = id, parent_close_policy = "request_cancel" })
      elseif input == "abandon" then
        ctx:start_child_workflow("Stays", nil, { workflow_id = id, parent_close_policy = "abandon" })
      else
        ctx:start_child_workflow("Stays", nil, { workflow_id = id })
      end
    end,
  },
})
