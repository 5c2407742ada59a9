-- Two schedules, both triggered at once so that there is something to see; then what the runs did, by a query.
local client = temporal.connect({ url = env.get("TEMPORAL_ADDRESS") or "localhost:7233" })

for _, area in ipairs({ "cache", "logs" }) do
  client.schedules:create({
    schedule_id = "clean-up-" .. area,
    cron = "30 3 * * *", -- every night at half past three
    overlap = "SKIP", -- not while the last one runs
    workflow_type = "CleanUp",
    workflow_id = "clean-up-" .. area,
    task_queue = "cleanup",
    input = { area = area },
    trigger_immediately = true,
  })
end

-- What is listed comes a moment after what happens.
local query = 'WorkflowType = "CleanUp" AND ExecutionStatus = "Completed" AND Deleted >= 1'
repeat sleep(0.1) until client:count_workflows(query).count == 2

for _, area in ipairs({ "cache", "logs" }) do
  local schedule = client.schedules:describe("clean-up-" .. area)
  print("clean-up-" .. area .. ": " .. schedule.action_count .. " run so far")
end
local large = client:count_workflows('Area = "logs" AND Deleted = 3')
print(large.count .. " run deleted three log files")

for _, area in ipairs({ "cache", "logs" }) do client.schedules:delete("clean-up-" .. area) end
