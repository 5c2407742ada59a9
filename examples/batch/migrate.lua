-- A batch over pages: a workflow that may run over millions of records with a history that stays short.

local RECORDS = 23
local PAGE_SIZE = 4

local activities = {
  -- One page, by an offset that says where the last one ended.
  next_page = function(input)
    local records = {}
    for number = input.offset + 1, math.min(input.offset + PAGE_SIZE, RECORDS) do
      records[#records + 1] = number
    end
    return { records = json.array(records), offset = input.offset + #records }
  end,

  migrate = function(input)
    if input.record % 10 == 7 then error("BROKEN: record " .. input.record .. " cannot be migrated") end
    return { record = input.record }
  end,
}

local workflows = {
  Migrate = function(ctx, input)
    local state = input or { offset = 0, migrated = 0, broken = {}, runs = 1 }

    for _ = 1, 2 do -- pages in one run; in life some hundred
      local page = ctx:execute_activity("next_page", { offset = state.offset })
      if #page.records == 0 then
        return { migrated = state.migrated, broken = state.broken, runs = state.runs }
      end

      -- The records of a page at the same time.
      local running = {}
      for i, record in ipairs(page.records) do
        running[i] = ctx:start_activity("migrate", { record = record }, {
          start_to_close_timeout = 30,
          retry_policy = { maximum_attempts = 3, non_retryable_errors = { "BROKEN" } },
        })
      end
      for i, future in ipairs(running) do
        if pcall(future.get, future) then
          state.migrated = state.migrated + 1
        else
          state.broken[#state.broken + 1] = page.records[i]
        end
      end
      state.offset = page.offset
    end

    -- The next run begins with a history of its own, and with what this one knows.
    state.runs = state.runs + 1
    ctx:continue_as_new(state)
  end,
}

temporal.worker({
  url = "localhost:7233",
  task_queue = "migration",
  activities = activities,
  workflows = workflows,
})
