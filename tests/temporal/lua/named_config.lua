-- Settings that several sources share.
local M = {}
M.owner = (os.getenv("OWNER_OF_TEST") or "shop"):lower()
return M
