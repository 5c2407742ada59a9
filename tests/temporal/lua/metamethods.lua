-- Metamethods that wait for Temporal.

local Services = {}

function Services.__index(services, name)
  return function(input)
    return services.ctx:execute_activity(name, input, { start_to_close_timeout = 30 })
  end
end

local Settings = {}

-- A setting is asked for when it is first needed.
function Settings.__index(settings, name)
  local value = settings.ctx:execute_activity("setting", name, { start_to_close_timeout = 30 })
  rawset(settings, name, value)
  return value
end

local Booking = {
  -- What was booked is given back when the block ends by an error.
  __close = function(booking, problem)
    if problem ~= nil then
      booking.ctx:execute_activity("cancel", booking.name, { start_to_close_timeout = 30 })
    end
  end,
}

local Later = {
  __add = function(left, right)
    left.ctx:sleep(left.seconds + right)
    return "slept " .. left.seconds + right
  end,
  __call = function(self, name) return self.ctx:wait_signal(name, { timeout = 1 }) end,
}

local function book(ctx, name)
  return setmetatable({ ctx = ctx, name = name }, Booking)
end

temporal.worker({
  url = "localhost:7233",
  task_queue = "metamethods",
  activities = {
    setting = function(name) return name .. "!" end,
    greet = function(name) return "hello " .. name end,
    cancel = function(name) return name end,
  },
  workflows = {
    Lazy = function(ctx, input)
      local services = setmetatable({ ctx = ctx }, Services)
      local settings = setmetatable({ ctx = ctx }, Settings)
      local names = { "b", "a" }
      table.sort(names, function(one, other) return input[one] < input[other] end)
      local later = setmetatable({ ctx = ctx, seconds = 0.1 }, Later)
      local missed = later("never")
      return {
        services.greet("ann"),
        settings.color .. settings.color,
        table.concat(names),
        later + 0.1,
        missed == nil,
      }
    end,
    Saga = function(ctx)
      local ok, problem = pcall(function()
        local hotel <close> = book(ctx, "hotel")
        local flight <close> = book(ctx, "flight")
        do
          local car <close> = book(ctx, "car")
        end
        error("no seats", 0)
      end)
      return { ok, problem }
    end,
  },
})
