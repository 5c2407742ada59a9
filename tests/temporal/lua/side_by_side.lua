-- Activities in every form that could hold up the worker: each waits until all the others are there.
-- The workflow keeps functions that wait in a table and passes them about, which must not colour the activities.
local function apply(fn, ...) return fn(...) end

local function meet(input)
  fs.write(input.folder .. "/" .. input.name, "here")
  for _ = 1, 1500 do
    if #fs.list(input.folder) >= input.count then return input.name end
    sleep(0.02)
  end
  error("the others did not come: " .. #fs.list(input.folder))
end

local handlers = { meet = meet }
local Meeting = setmetatable({}, { __index = function(_, name) return handlers[name] end })

local function waits_in_coroutine(input)
  local generator = coroutine.wrap(function()
    coroutine.yield(1)
    coroutine.yield(meet(input))
  end)
  generator()
  return generator()
end

-- Yields when a coroutine runs it: compiled to an async function.
local function yields(input)
  if coroutine.isyieldable() then coroutine.yield(1) end
  return meet(input)
end

temporal.worker({
  url = "localhost:7233",
  task_queue = "side-by-side",
  activities = {
    plain = meet,
    from_table = function(input) return handlers[input.handler](input) end,
    through_helper = function(input) return apply(handlers.meet, input) end,
    by_metatable = function(input) return Meeting.meet(input) end,
    in_coroutine = waits_in_coroutine,
    yielding = yields,
    yielding_too = yields,
    protected = function(input)
      local ok, result = pcall(handlers[input.handler], input)
      if not ok then error(result, 0) end
      return result
    end,
  },
  workflows = {
    Everyone = function(ctx, input)
      local forms = {}
      for _, name in ipairs(input.names) do
        forms[#forms + 1] = function()
          return ctx:execute_activity(name, { name = name, handler = "meet", folder = input.folder, count = #input.names })
        end
      end
      return apply(forms[input.index])
    end,
  },
})
