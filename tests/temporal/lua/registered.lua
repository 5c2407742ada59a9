-- Activities and workflows from modules, a queue computed at start-up, and state of the source that runs must not share.
local flows = require("registered_flows")
local seen, count = {}, 0
local tally = { steps = 0 }
function tally.step() tally.steps = tally.steps + 1 return tally.steps end

temporal.worker({
  url = "localhost:7233",
  task_queue = env.get("QUEUE_OF_TEST") or "registered",
  activities = require("registered_activities"),
  workflows = {
    FromModule = flows.greet,
    Counting = function(ctx, input)
      for _ = 1, 5 do
        count = count + 1
        seen[#seen + 1] = input
        tally.step()
        ctx:sleep(0.001)
      end
      local numbers = { flows.next_number(), flows.next_number() }
      for _, value in ipairs(seen) do assert(value == input) end
      return { count, #seen, tally.step(), numbers[2] }
    end,
  },
})
