-- Every call of the page from a script, in both styles; prints what test_lua.py expects.
local temporal = require("assay.temporal")
local url, running, finished = ...
local c = temporal.client(url, { namespace = "default", api_key = "s3cret-k3y", timeout = 10 })

print("module", temporal == require("assay.temporal"), package.loaded["assay.temporal"] == temporal)
print("types", type(temporal.client), type(c), type(c.workflows), (tostring(c):gsub("0x%x+", "")))
print("health", c:health(), c.health(), type(c:system_info().serverVersion))

print("namespaces", #c.namespaces:list().namespaces >= 2, #c:namespaces({ page_size = 1 }).namespaces)
print("namespace", c.namespaces:get("default").namespaceInfo.name, c:namespace("default").namespaceInfo.name)

local query = 'WorkflowId="' .. running .. '"'
repeat until #c.workflows:search(query).executions == 1
print("list", #c.workflows:list({ query = query, page_size = 5 }).executions, #c:workflows({ query = query }).executions)
print("search", #c:search_workflows(query, { namespace = "default" }).executions, #c.workflows:search("WorkflowId='x'").executions)
local page = c.workflows:list({ page_size = 1 })
print("page", #page.executions, type(page.nextPageToken))
local run_id = c.workflows:get(running).workflowExecutionInfo.execution.runId
print("get", c:workflow(running, run_id).workflowExecutionInfo.type.name)

print("signal", next(c.workflows:signal(running, "add", { approved = true }, { run_id = run_id })))
print("signal", next(c:signal_workflow(running, "bytes", "caf\u{e9}")), next(c:signal_workflow(running, "none")))
local history = c.workflows:history(running, run_id)
print("history", history.events == history.history.events, #c:workflow_history(running).events == #history.events)
local signals = {}
for _, event in ipairs(history.events) do
  local signal = event.workflowExecutionSignaledEventAttributes
  if signal then signals[signal.signalName] = signal.input end
end
print("decoded", signals.add.decoded[1].approved, signals.bytes.decoded[1] == "caf\u{e9}", signals.none)
print("started", history.events[1].workflowExecutionStartedEventAttributes.input.decoded[1] == "\0\255")

print("running", c.workflows:is_running(running), c:is_workflow_running(finished, { run_id = nil }))
print("wait", c.workflows:wait_complete(finished, 5).workflowExecutionInfo.status)
print("wait", (select(2, pcall(c.workflows.wait_complete, running, 0)):gsub("run [%x-]+", "run ID")))
print("queue", type(c.task_queues:get("q", { task_queue_type = "activity" }).stats), type(c:task_queue("q").stats))
print("schedules", type(c.schedules:list().schedules), type(c:schedules({ maximum_page_size = 1 }).schedules))

local function fails(what, f, ...)
  local ok, err = pcall(f, ...)
  print(what, ok, (tostring(err):gsub(url, "URL")))
end
fails("schedule", function() c.schedules:get("none") end)
fails("schedule", function() c:schedule("none") end)
fails("option", function() c.workflows:list({ page_sise = 1 }) end)
fails("option", function() c:system_info({ namespace = "x" }) end)
fails("option", function() c:workflows({ page_size = "1" }) end)
fails("options", function() c.workflows:list("x") end)
fails("argument", function() c.workflows:get() end)
fails("argument", function() c.workflows:get(running, { namespace = "x" }) end)
fails("argument", function() c:signal_workflow(running, "add", { f = print }) end)
fails("argument", function() c.workflows:get("\255") end)
fails("slash", function() c.workflows:get("a/b") end)
fails("wrong run", function() c.workflows:terminate(running, "no", { run_id = "00000000-0000-0000-0000-000000000000" }) end)
fails("method", function() c:nothing() end)
fails("called", function() c() end)
fails("called", function() c.task_queues() end)
fails("url", function() temporal.client("localhost:7233") end)
fails("url", function() temporal.client() end)
fails("client", function() temporal.client(url, { api_kei = "x" }) end)
fails("client", function() temporal.client(url, { api_key = "s3cret\n" }) end)

print("cancel", next(c.workflows:cancel(running)), next(c:cancel_workflow(running, { run_id = run_id })))
print("terminate", next(c:terminate_workflow(running, "enough")))
print("closed", c:wait_workflow_complete(running, 5).workflowExecutionInfo.status)
fails("terminate", function() c.workflows:terminate(running) end)
c:close()
fails("close", function() c:system_info() end)

-- What a user meets, and what to do about it.
local other = temporal.client(url, { timeout = 10 })
fails("nobody", function() temporal.client("http://127.0.0.1:9"):system_info() end)
fails("namespace", function() other:workflow("w", nil, { namespace = "nowhere" }) end)
fails("namespace", function() other:namespace("nowhere") end)
fails("workflow", function() other:workflow("none") end)
fails("signal", function() other:signal_workflow("none", "go") end)
fails("query", function() other:search_workflows("a b") end)
