-- Functions of a workflow that its side effects call, and that it calls itself: outside of it they read the real clock and log.
local function moment() return time() end

local function told(name)
  log.info(name, { at = moment() })
  print(name)
  return { math.type(os.time()), math.random(3) <= 3, #os.date("%Y"), os.clock() >= 0 }
end

-- Only side effects and activities call these, so they may do what replay could not repeat.
local function random_text() return crypto.random(8) end

function ticket()
  local home = os.getenv("HOME")
  return { id = random_text(), has_home = home ~= nil, at = time() }
end

-- Found in a table, where the compiler does not see who calls it.
local clocks = { now = function() return { time(), os.time() } end }
clocks.later = function() return time() end

temporal.worker({
  url = "localhost:7233",
  task_queue = "helped",
  activities = { echo = function(input) return input end, random_text = random_text },
  workflows = {
    Helped = function(ctx)
      local before = ctx:now()
      ctx:execute_activity("echo", 1)
      local first = ctx:side_effect(moment)
      local second = ctx:side_effect(function() return moment() end)
      return {
        in_order = before < first and first <= second,
        inside = ctx:side_effect(function() return told("side effect") end),
        own = told("workflow"),
        same = moment() == ctx:now(),
      }
    end,

    Tickets = function(ctx)
      local function here() return #random_text() end
      local first = ctx:side_effect(ticket)
      local again = ctx:side_effect(function() return ticket() end)
      local read = ctx:side_effect(function() return { clocks.now(), clocks.later() } end)
      local own = clocks.now()[1] == ctx:now() and clocks.later() == ctx:now()
      return {
        sizes = { #first.id, #again.id, ctx:side_effect(here), #ctx:execute_activity("random_text") },
        differ = first.id ~= again.id,
        home = first.has_home,
        in_order = first.at <= again.at and again.at <= read[1][1] and read[1][1] <= read[2],
        whole = math.type(read[1][2]),
        own = own,
      }
    end,
  },
})
