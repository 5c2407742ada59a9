-- Scheduled clean-up: Temporal starts it every night; each run says by search attributes what it did.

local FILES = {
  cache = { "a.tmp", "b.tmp" },
  logs = { "2023.log", "2024.log", "2025.log" },
}

local activities = {
  old_files = function(input)
    return { files = FILES[input.area] or json.array({}) }
  end,
  delete = function(input)
    log.info("deleted", { file = input.file })
    return { deleted = input.file }
  end,
}

local workflows = {
  CleanUp = function(ctx, input)
    ctx:upsert_search_attributes({ Area = input.area })
    local found = ctx:execute_activity("old_files", { area = input.area })
    for _, file in ipairs(found.files) do
      ctx:execute_activity("delete", { file = file }, { retry_policy = { maximum_attempts = 5 } })
    end
    ctx:upsert_search_attributes({ Deleted = #found.files })
    return { deleted = #found.files }
  end,
}

temporal.worker({
  url = "localhost:7233",
  task_queue = "cleanup",
  activities = activities,
  workflows = workflows,
})
