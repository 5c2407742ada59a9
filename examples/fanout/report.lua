-- Fan-out and fan-in: a report over regions, one child workflow for each, all at the same time.

local SALES = {
  north = { 120, 80, 45 },
  south = { 300, 10 },
  west = { 75, 75, 75, 75 },
}

local activities = {
  sales_of = function(input)
    local sales = SALES[input.region]
    if not sales then error("UNKNOWN_REGION: " .. input.region) end
    return { sales = sales }
  end,
}

local workflows = {}

-- A child: its own history, its own retries, visible by itself in the web UI.
function workflows.RegionReport(ctx, input)
  local answer = ctx:execute_activity("sales_of", { region = input.region }, {
    start_to_close_timeout = 10,
    retry_policy = { maximum_attempts = 3, non_retryable_errors = { "UNKNOWN_REGION" } },
  })
  local total = 0
  for _, amount in ipairs(answer.sales) do total = total + amount end
  return { region = input.region, total = total }
end

function workflows.Report(ctx, input)
  local children = {}
  for i, region in ipairs(input.regions) do
    children[i] = ctx:start_child_workflow("RegionReport", { region = region }, {
      workflow_id = ctx:workflow_info().workflow_id .. "-" .. region,
    })
  end

  local lines, total = {}, 0
  for i, child in ipairs(children) do
    local ok, report = pcall(child.get, child)
    if ok then
      total = total + report.total
      lines[i] = report.region .. " " .. report.total
    else
      lines[i] = input.regions[i] .. " is missing"
    end
  end
  return { lines = lines, total = total }
end

temporal.worker({
  url = "localhost:7233",
  task_queue = "reports",
  activities = activities,
  workflows = workflows,
})
