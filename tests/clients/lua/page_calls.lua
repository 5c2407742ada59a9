-- The calls of the gRPC client as the specification's page has them, for a script and for an activity.
local calls = {}

local STATUSES = { "RUNNING", "COMPLETED", "FAILED", "CANCELED", "TERMINATED", "CONTINUED_AS_NEW", "TIMED_OUT" }

-- How a workflow comes to each status; what `get_result` says then.
local function bring_to(client, status, start)
  local id = start.workflow_id
  if status == "FAILED" then start.input = { fails = true } end
  if status == "CONTINUED_AS_NEW" then start.input = { again = true } end
  if status == "TIMED_OUT" then
    start.run_timeout = 0.1
    start.task_queue = "nobody"
  end
  local run = client:start_workflow(start)
  if status == "RUNNING" then return run.run_id end
  if status == "COMPLETED" then
    client:signal_workflow({ workflow_id = id, signal_name = "approve", input = { user = "jane" } })
  elseif status == "CANCELED" then
    client:cancel_workflow(id)
  elseif status == "TERMINATED" then
    client:terminate_workflow(id)
  end
  local follow_runs = status ~= "CONTINUED_AS_NEW"
  local ok, result = pcall(client.get_result, client, { workflow_id = id, run_id = run.run_id, follow_runs = follow_runs })
  return run.run_id, ok and result.approved_by or tostring(result)
end

function calls.all(url, queue, prefix)
  local found = { statuses = {}, ends = {}, described = {} }
  local client = temporal.connect({ url = url, namespace = "default" })
  for _, status in ipairs(STATUSES) do
    local id = prefix .. status
    local start = { task_queue = queue, workflow_type = "ProcessOrder", workflow_id = id, input = { item = "widget" } }
    local run_id, said = bring_to(client, status, start)
    local description = client:describe_workflow({ workflow_id = id, run_id = run_id })
    found.statuses[status] = description.status
    found.ends[status] = said
    found.described[id] = description
  end

  -- One-shot, and the functions of the module, which use the client connected last.
  local handle = temporal.start({
    url = url,
    namespace = "default",
    task_queue = queue,
    workflow_type = "ProcessOrder",
    workflow_id = prefix .. "one-shot",
    input = { item = "gadget" },
  })
  found.handle = handle
  found.queried = temporal.query_workflow({ workflow_id = handle.workflow_id, query_type = "state", input = { more = true } })
  found.open = temporal.describe_workflow(handle.workflow_id).close_time == nil
  temporal.signal_workflow({ workflow_id = handle.workflow_id, signal_name = "approve", input = { user = "joe" } })
  found.result = temporal.get_result({ workflow_id = handle.workflow_id })
  local run = temporal.start_workflow({ task_queue = queue, workflow_type = "ProcessOrder", workflow_id = prefix .. "last" })
  temporal.cancel_workflow(run.workflow_id)
  found.canceled = select(2, pcall(temporal.get_result, run.workflow_id)).status
  for _, id in ipairs({ "RUNNING", "CONTINUED_AS_NEW" }) do temporal.terminate_workflow(prefix .. id) end
  client:close()
  return found
end

return calls
