-- Books one trip that the card can pay and one that it cannot.
local client = temporal.connect({ url = env.get("TEMPORAL_ADDRESS") or "localhost:7233" })

for _, trip in ipairs({ { name = "rome", amount = 900 }, { name = "tokyo", amount = 4200 } }) do
  local id = "trip-" .. trip.name
  client:start_workflow({
    task_queue = "trips",
    workflow_type = "BookTrip",
    workflow_id = id,
    input = { trip = trip.name, amount = trip.amount, limit = 3000 },
  })
  local result = client:get_result({ workflow_id = id })
  print(id .. ": " .. result.status)
  if result.reason then print("  because " .. result.reason) end
  for _, reference in ipairs(result.undone or {}) do print("  canceled " .. reference) end
end
