-- Runs one job to its end.
local client = temporal.connect({ url = env.get("TEMPORAL_ADDRESS") or "localhost:7233" })
local id = "job-nightly-report"

client:start_workflow({
  task_queue = "jobs",
  workflow_type = "RunJob",
  workflow_id = id,
  input = { service = env.get("JOB_SERVICE"), name = "nightly report", first_pause = 0.1 },
})
local result = client:get_result({ workflow_id = id })
print("job " .. result.id .. ": " .. result.status .. " after " .. result.asked .. " questions")
