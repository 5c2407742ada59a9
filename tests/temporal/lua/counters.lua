-- State of a module: made anew for each workflow run.
local M = {}
local counts = {}
function M.bump(name) counts[name] = (counts[name] or 0) + 1 return counts[name] end
function M.wait_and_bump(ctx, name) ctx:sleep(0.01) return M.bump(name) end
M.LIMIT = 3
return M
