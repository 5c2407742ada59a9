-- One report over three regions that exist and one that does not.
local client = temporal.connect({ url = env.get("TEMPORAL_ADDRESS") or "localhost:7233" })
local id = "report-today"

client:start_workflow({
  task_queue = "reports",
  workflow_type = "Report",
  workflow_id = id,
  input = { regions = { "north", "south", "east", "west" } },
})
local result = client:get_result({ workflow_id = id })
for _, line in ipairs(result.lines) do print(line) end
print("total " .. result.total)
