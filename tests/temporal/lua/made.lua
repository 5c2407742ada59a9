-- Activities and workflows that loops and functions make.
local activities = { plain = function(input) return "plain " .. input end }
local workflows = {}

local function make(name)
  return function(input) return name .. " " .. input end
end

for _, name in ipairs({ "red", "blue" }) do
  activities["paint_" .. name] = make(name)
end

-- An activity may use another one of the table.
function activities.both(input)
  return activities.plain(input) .. ", " .. activities.paint_red(input)
end

local by_name = { upper = string.upper, reverse = string.reverse }
function by_name.double(text) return text .. text end
for name, fn in pairs(by_name) do
  activities[name] = function(input) return fn(input) end
end

for name, fn in pairs(activities) do
  activities[name] = function(input) return "<" .. fn(input) .. ">" end
end

for number = 1, 2 do activities["numbered" .. number] = make("number " .. number) end

local runs = 0
for _, spec in ipairs({ { name = "First", pause = 0.01 }, { name = "Second", pause = 0.02 } }) do
  local count = 0
  workflows[spec.name] = function(ctx, input)
    runs, count = runs + 1, count + 1
    ctx:sleep(spec.pause)
    runs = runs + 1
    return { spec.name, runs, count, ctx:execute_activity("paint_red", input) }
  end
end

local function logged(name, fn)
  return function(ctx, input)
    local found = {}
    for _, each in ipairs({ "plain", "both", "upper", "reverse", "double", "numbered2", "made", "same" }) do
      found[#found + 1] = ctx:execute_activity(each, input)
    end
    return { name, fn(ctx, input), found }
  end
end

temporal.worker({
  url = "localhost:7233",
  task_queue = "made",
  activities = activities,
  workflows = workflows,
})

-- Functions that are made in the constructor.
temporal.worker({
  url = "localhost:7233",
  task_queue = "made-too",
  activities = { made = make("made"), same = activities.plain },
  workflows = { Wrapped = logged("wrapped", function(ctx, input) return ctx:workflow_info().attempt end) },
})
