-- A worker in a script that goes on: the handle at once, work through it, shutdown that drains, and a deadline.
local count = 0
local ADDRESS, QUEUE = env.get("ADDRESS"), env.get("QUEUE")
local activities = {
  count = function(input)
    count = count + input
    return count
  end,
  slow = function(input)
    local ok, err = pcall(sleep, 60)
    fs.write(input, tostring(err))
    error(err, 0)
  end,
}

local handle = temporal.worker({
  url = ADDRESS,
  task_queue = QUEUE,
  graceful_shutdown_timeout = 30,
  activities = activities,
  workflows = {
    Counting = function(ctx, input) return ctx:execute_activity("count", input) end,
    Slow = function(ctx, input)
      return ctx:execute_activity("slow", input, { retry_policy = { maximum_attempts = 1 } })
    end,
  },
})
print("running", handle:is_running(), type(handle))

local client = temporal.connect({ url = ADDRESS })
local function start(workflow_type, input)
  return client:start_workflow({
    task_queue = QUEUE, workflow_type = workflow_type,
    workflow_id = QUEUE .. workflow_type .. tostring(count), input = input,
  }).workflow_id
end
for _ = 1, 2 do print(client:get_result({ workflow_id = start("Counting", 2) }), count) end

if arg[1] == "stay" then
  while handle:is_running() do sleep(0.05) end
  print("stopped")
  return
end
local file = arg[1]
local id = start("Slow", file)
while not client:describe_workflow(id).history_length or client:describe_workflow(id).history_length < 5 do sleep(0.05) end
sleep(0.5)
print("ended", handle:shutdown(0.2), handle:is_running(), handle.shutdown())
print((fs.read(file):gsub("^.*: ", "")))
