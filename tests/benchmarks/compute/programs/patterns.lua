-- Patterns: reading a log, settings and addresses, and rewriting text.
local size = ...

local levels = { "INFO", "WARN", "ERROR" }

local function make_log(lines)
  local log = {}
  for i = 1, lines do
    log[i] = string.format(
      "2024-%02d-%02d %s [worker-%d] user=u%d@example.com took %d ms; path=/api/v%d/items",
      i % 12 + 1, i % 28 + 1, levels[i % 3 + 1], i % 8, i % 50, i * 7 % 1000, i % 3)
  end
  return table.concat(log, "\n")
end

local function summary(log)
  local errors, slow, months = 0, 0, {}
  for line in log:gmatch("[^\n]+") do
    local year, month, day, level = line:match("^(%d+)-(%d+)-(%d+) (%u+)")
    if level == "ERROR" then errors = errors + 1 end
    months[month] = (months[month] or 0) + tonumber(day)
    local taken = tonumber(line:match("took (%d+) ms"))
    if taken > 900 then slow = slow + 1 end
    if line:find("v2/items", 1, true) then slow = slow + tonumber(year) % 2 end
  end
  return errors .. " " .. slow .. " " .. months["03"]
end

local function settings(log)
  local found = 0
  for key, value in log:gmatch("(%w+)=(%S+)") do
    if key == "user" and value:match("^[%w.]+@[%w.]+$") then found = found + 1 end
  end
  return found
end

local function masked(log)
  local text, count = log:gsub("u(%d+)@", "<%1>@")
  text = text:gsub("%[(worker)%-(%d)%]", function(name, number) return name:upper() .. number end)
  text = text:gsub("%u%u+", { INFO = "i", WARN = "w", ERROR = "e" })
  return #text + count
end

local function trim(text) return text:match("^%s*(.-)%s*$") end

local log = make_log(size)
local trimmed = 0
for line in log:gmatch("%b[]") do trimmed = trimmed + #trim("  " .. line .. " ") end
return summary(log) .. " " .. settings(log) .. " " .. masked(log) .. " " .. trimmed
