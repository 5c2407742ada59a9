-- A saga: book a trip in steps, and undo the steps that were done when a later one fails.

local activities = {}

function activities.book_flight(input)
  log.info("flight booked", { trip = input.trip })
  return { reference = "F-" .. input.trip }
end

function activities.book_hotel(input)
  log.info("hotel booked", { trip = input.trip })
  return { reference = "H-" .. input.trip }
end

function activities.charge_card(input)
  if input.amount > input.limit then
    -- The part before the colon is the error's type: retrying a declined card is of no use.
    error("CARD_DECLINED: " .. input.amount .. " is over the limit of " .. input.limit)
  end
  return { reference = "C-" .. input.trip }
end

function activities.cancel_booking(input)
  log.info("booking canceled", { reference = input.reference })
  return { canceled = input.reference }
end

-- What undoes a step, newest first. Each is an activity, so Temporal retries it until it succeeds.
local function undo(ctx, done)
  local undone = {}
  for i = #done, 1, -1 do
    local result = ctx:execute_activity("cancel_booking", done[i])
    undone[#undone + 1] = result.canceled
  end
  return undone
end

local workflows = {}

function workflows.BookTrip(ctx, input)
  local done = {}

  local function step(name, extra)
    local argument = { trip = input.trip }
    for key, value in pairs(extra or {}) do argument[key] = value end
    local booked = ctx:execute_activity(name, argument, {
      start_to_close_timeout = 10,
      retry_policy = { maximum_attempts = 3, non_retryable_errors = { "CARD_DECLINED" } },
    })
    done[#done + 1] = booked
    return booked
  end

  local ok, problem = pcall(function()
    step("book_flight")
    step("book_hotel")
    step("charge_card", { amount = input.amount, limit = input.limit })
  end)

  if ok then return { status = "booked", bookings = done } end
  return { status = "undone", reason = tostring(problem), undone = undo(ctx, done) }
end

temporal.worker({
  url = "localhost:7233",
  task_queue = "trips",
  activities = activities,
  workflows = workflows,
})
