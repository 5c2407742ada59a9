-- Word counts: how often each word, letter and pair of words occurs, and the most frequent ones.
local size = ...

local vocabulary = {
  "the", "quick", "brown", "Fox", "jumps", "over", "a", "lazy", "Dog", "and",
  "then", "The", "dog", "sleeps", "in", "Sun", "while", "fox", "runs", "away",
}

local function make_text(words)
  local chosen, state = {}, 7
  for i = 1, words do
    state = (state * 1103515245 + 12345) % 2147483648
    chosen[i] = vocabulary[state // 65536 % #vocabulary + 1]
    if i % 12 == 0 then chosen[i] = chosen[i] .. "." end
  end
  return table.concat(chosen, " ")
end

local function count_words(text)
  local counts = {}
  for word in text:gmatch("%a+") do
    word = word:lower()
    counts[word] = (counts[word] or 0) + 1
  end
  return counts
end

local function count_pairs(text)
  local counts, previous = {}, nil
  for word in text:lower():gmatch("%a+") do
    if previous then
      local pair = previous .. " " .. word
      counts[pair] = (counts[pair] or 0) + 1
    end
    previous = word
  end
  return counts
end

local function count_letters(text)
  local counts = {}
  for i = 1, #text do
    local letter = text:sub(i, i)
    if letter:match("%a") then counts[letter] = (counts[letter] or 0) + 1 end
  end
  return counts
end

local function most_frequent(counts, limit)
  local words = {}
  for word in pairs(counts) do words[#words + 1] = word end
  table.sort(words, function(a, b)
    if counts[a] == counts[b] then return a < b end
    return counts[a] > counts[b]
  end)
  local shown = {}
  for i = 1, math.min(limit, #words) do shown[i] = words[i] .. "=" .. counts[words[i]] end
  return table.concat(shown, " ")
end

local text = make_text(size)
return most_frequent(count_words(text), 10) .. "; " .. most_frequent(count_pairs(text), 5)
  .. "; " .. most_frequent(count_letters(text), 3)
