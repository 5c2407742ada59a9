-- JSON-like trees: build, copy, compare, visit and write as text.
local size = ...

local function build(depth, width)
  if depth == 0 then
    return { kind = "leaf", value = width * 3, tags = { "a", "b" }, active = width % 2 == 0 }
  end
  local children = {}
  for i = 1, width do children[i] = build(depth - 1, i) end
  return { kind = "node", depth = depth, children = children }
end

local function copy(value)
  if type(value) ~= "table" then return value end
  local copied = {}
  for key, item in pairs(value) do copied[key] = copy(item) end
  return copied
end

local function equal(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for key, value in pairs(a) do
    if not equal(value, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

local function sum(node)
  if node.kind == "leaf" then return node.active and node.value or 0 end
  local total = 0
  for _, child in ipairs(node.children) do total = total + sum(child) end
  return total
end

local function encode(value)
  local kind = type(value)
  if kind == "string" then return '"' .. value .. '"' end
  if kind ~= "table" then return tostring(value) end
  local parts = {}
  if #value > 0 then
    for i, item in ipairs(value) do parts[i] = encode(item) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys)
  for i, key in ipairs(keys) do parts[i] = '"' .. key .. '":' .. encode(value[key]) end
  return "{" .. table.concat(parts, ",") .. "}"
end

local tree = build(size, 4)
local second = copy(tree)
local same = equal(tree, second)
second.children[1].depth = 0
return encode(second):sub(-100) .. #encode(tree) .. ":" .. sum(tree) .. tostring(same) .. tostring(equal(tree, second))
