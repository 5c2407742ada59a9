-- A worker whose settings come from the environment: tests/temporal/test_worker_start.py leaves them out and makes them wrong.
local limits = json.parse(env.get("LIMITS") or "{}")
local NAME = env.get("PREFIX") .. "echo"

temporal.worker({
  url = env.get("ADDRESS"),
  namespace = env.get("NAMESPACE"),
  task_queue = env.get("QUEUE"),
  max_concurrent_activities = limits.activities,
  metrics_address = env.get("METRICS"),
  tls = env.get("CA") and { ca = env.get("CA") },
  activities = { [NAME] = function(input) return input end },
})
