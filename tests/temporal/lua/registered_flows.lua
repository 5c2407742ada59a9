local M = {}
local numbers = 0
function M.greet(ctx, input) return ctx:execute_activity("hello", input) end
function M.next_number() numbers = numbers + 1 return numbers end
return M
