-- A workflow without end, which starts anew when the server says that its history has grown long enough.
temporal.worker({
  url = "localhost:7233",
  task_queue = "rolling",
  workflows = {
    Rolling = function(ctx, input)
      local done, lengths = input.done or 0, input.lengths or json.array({})
      while done < input.wanted do
        ctx:sleep(0.001)
        done = done + 1
        local info = ctx:workflow_info()
        if info.continue_as_new_suggested then
          lengths[#lengths + 1] = info.history_length
          ctx:continue_as_new({ wanted = input.wanted, done = done, lengths = lengths })
        end
      end
      return { done = done, lengths = lengths }
    end,
  },
})
