-- An order: reserve, let a person confirm it within two days, ship. The tests beside show how to test a workflow.

local activities = {
  reserve = function(input)
    local resp = http.post(env.get("STOCK_SERVICE") .. "/reservations", { items = input.items })
    if resp.status == 409 then error("SOLD_OUT: " .. json.parse(resp.body).item) end
    return json.parse(resp.body)
  end,

  ship = function(input)
    local resp = http.post(env.get("STOCK_SERVICE") .. "/shipments", { reservation = input.reservation })
    return json.parse(resp.body)
  end,

  release = function(input)
    http.delete(env.get("STOCK_SERVICE") .. "/reservations/" .. input.reservation)
    return { released = input.reservation }
  end,
}

local workflows = {
  Order = function(ctx, input)
    local retry = { maximum_attempts = 5, non_retryable_errors = { "SOLD_OUT" } }
    local ok, reserved = pcall(ctx.execute_activity, ctx, "reserve", { items = input.items }, {
      start_to_close_timeout = 10,
      retry_policy = retry,
    })
    if not ok then return { status = "rejected", reason = tostring(reserved) } end

    local confirmed = ctx:wait_signal("confirm", { timeout = 2 * 24 * 3600 })
    if not confirmed then
      ctx:execute_activity("release", { reservation = reserved.id })
      return { status = "expired" }
    end

    local shipped = ctx:execute_activity("ship", { reservation = reserved.id })
    return { status = "shipped", parcel = shipped.parcel, by = confirmed.by }
  end,
}

temporal.worker({
  url = "localhost:7233",
  task_queue = "orders",
  activities = activities,
  workflows = workflows,
})
