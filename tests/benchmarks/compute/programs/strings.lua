-- Building strings: by appending, from parts, with a format, and character by character.
local size = ...

local function report(rows)
  local text = ""
  for i = 1, rows do
    text = text .. i .. ": " .. "row " .. i * 2 .. "\n"
  end
  return text
end

local function csv(rows)
  local lines = {}
  for i = 1, rows do
    local cells = {}
    for column = 1, 5 do cells[column] = "c" .. column .. "=" .. i % 10 end
    lines[#lines + 1] = table.concat(cells, ",")
  end
  return table.concat(lines, "\n")
end

local function formatted(rows)
  local lines = {}
  for i = 1, rows do
    table.insert(lines, string.format("%05d %-8s %6.2f", i, "name" .. i % 7, i / 8))
  end
  return table.concat(lines, "|")
end

local function caesar(text, shift)
  local shifted = {}
  for i = 1, #text do
    local code = text:byte(i)
    if code >= 97 and code <= 122 then code = (code - 97 + shift) % 26 + 97 end
    shifted[i] = string.char(code)
  end
  return table.concat(shifted)
end

local function is_palindrome(text)
  for i = 1, #text // 2 do
    if text:sub(i, i) ~= text:sub(-i, -i) then return false end
  end
  return true
end

local total = #report(size) + #csv(size) + #formatted(size)
local secret = caesar(csv(size // 10), 13)
local half = secret:sub(1, size)
if is_palindrome(half .. half:reverse()) then total = total + 1 end
return secret:sub(1, 60) .. ":" .. total
