-- Sorting: records with a comparator, numbers downwards, strings, and a merge sort written out.
local size = ...

local seed = 42
local function random(limit)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed // 65536 % limit
end

local function less_by_score(a, b)
  if a.score ~= b.score then return a.score > b.score end
  return a.name < b.name
end

local function merge_sort(list, less)
  local count = #list
  if count < 2 then return list end
  local left, right = {}, {}
  for i, value in ipairs(list) do
    if i <= count // 2 then left[#left + 1] = value else right[#right + 1] = value end
  end
  left, right = merge_sort(left, less), merge_sort(right, less)
  local merged, i, j = {}, 1, 1
  while i <= #left and j <= #right do
    if less(right[j], left[i]) then
      merged[#merged + 1] = right[j]
      j = j + 1
    else
      merged[#merged + 1] = left[i]
      i = i + 1
    end
  end
  for k = i, #left do merged[#merged + 1] = left[k] end
  for k = j, #right do merged[#merged + 1] = right[k] end
  return merged
end

local records, numbers, names = {}, {}, {}
for i = 1, size do
  records[i] = { name = "player" .. i, score = random(1000) }
  numbers[i] = random(1000000)
  names[i] = "n" .. random(100000)
end
table.sort(records, less_by_score)
table.sort(numbers, function(a, b) return a > b end)
table.sort(names)
local merged = merge_sort(numbers, function(a, b) return a < b end)

return records[1].name .. records[size // 2].name .. numbers[1] .. names[size // 3] .. merged[size // 2]
