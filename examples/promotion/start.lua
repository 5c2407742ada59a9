-- Starts a promotion, approves it as a person would, and waits for the result.
local client = temporal.connect({
  url = env.get("TEMPORAL_ADDRESS") or "localhost:7233",
  namespace = "default",
})

local run = temporal.start_workflow({
  task_queue = "promotions",
  workflow_type = "PromotionWorkflow",
  workflow_id = "promote-v0.2.0-to-prod",
  input = {
    version = "v0.2.0",
    target = "prod",
    gitlab_url = env.get("GITLAB_URL"),
    token = env.get("GITLAB_TOKEN"),
    webhook = env.get("CHAT_WEBHOOK"),
    gitops_commit = {
      branch = "main",
      commit_message = "Promote v0.2.0 to prod",
      actions = { { action = "update", file_path = "overlays/prod/version", content = "v0.2.0" } },
    },
  },
})
print("started " .. run.workflow_id .. " (run " .. run.run_id .. ")")

-- Later: approve via signal
client:signal_workflow({ workflow_id = run.workflow_id, signal_name = "approve", input = { user = "jane" } })
print("approved as jane")

-- Wait for result
local result = client:get_result({ workflow_id = run.workflow_id })
print("result: " .. json.encode(result))
