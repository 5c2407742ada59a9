-- The team lead says nothing, the manager answers.
local client = temporal.connect({ url = env.get("TEMPORAL_ADDRESS") or "localhost:7233" })
local id = "approval-raise-quota"

client:start_workflow({
  task_queue = "approvals",
  workflow_type = "Approval",
  workflow_id = id,
  input = { request = "raise the quota", approvers = { "lead", "manager", "director" }, patience = 3 },
})

-- A query does not change the workflow; ask until it waits for the manager.
local shown
repeat
  sleep(0.05)
  local now = client:query_workflow({ workflow_id = id, query_type = "state" })
  if now.state ~= shown and now.state ~= "starting" then
    shown = now.state
    print(shown)
  end
until shown == "waiting for manager"

client:signal_workflow({ workflow_id = id, signal_name = "answer", input = { approved = true, by = "manager" } })
local result = client:get_result({ workflow_id = id })
print(result.status .. " by " .. result.by .. ", asked: " .. table.concat(result.asked, ", "))
