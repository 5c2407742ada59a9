-- Activities that wait for something outside: a server, a database, time. Each notes how its wait ended.
local function note(input, ok, result)
  sleep(0.01) -- clean-up may wait again
  if input.file then
    fs.write(input.file, ok and "done" or tostring(result.type) .. ": " .. result.message)
  end
  if not ok then
    error(result, 0)
  end
  return "done"
end

temporal.worker({
  url = "localhost:7233",
  task_queue = "blocking",
  activities = {
    fetch = function(input)
      return note(input, pcall(http.get, input.url, { timeout = 600 }))
    end,
    nap = function(input)
      return note(input, pcall(sleep, input.seconds))
    end,
    store = function(input)
      local conn <close> = db.connect(input.database)
      return note(input, pcall(db.execute, conn, input.sql))
    end,
  },
  workflows = {
    Blocking = function(ctx, input)
      return ctx:execute_activity(input.activity, input, {
        start_to_close_timeout = 600,
        heartbeat_timeout = input.heartbeat_timeout,
        retry_policy = { maximum_attempts = 1 },
      })
    end,
  },
})
