-- Bit operations: a checksum, a random generator, counting bits, and packing fields.
local size = ...

local crc_table = {}
for i = 0, 255 do
  local crc = i
  for _ = 1, 8 do
    if crc & 1 == 1 then crc = 0xEDB88320 ~ (crc >> 1) else crc = crc >> 1 end
  end
  crc_table[i] = crc
end

local function crc32(text)
  local crc = 0xFFFFFFFF
  for i = 1, #text do
    crc = crc_table[(crc ~ text:byte(i)) & 0xFF] ~ (crc >> 8)
  end
  return crc ~ 0xFFFFFFFF
end

local function xorshift(state)
  state = state ~ (state << 13) & 0xFFFFFFFF
  state = state ~ (state >> 17)
  return state ~ (state << 5) & 0xFFFFFFFF
end

local function count_bits(n)
  local count = 0
  while n ~= 0 do
    n = n & (n - 1)
    count = count + 1
  end
  return count
end

local function pack(red, green, blue) return red << 16 | green << 8 | blue end
local function unpack(color) return color >> 16 & 0xFF, color >> 8 & 0xFF, color & 0xFF end

local parts, state, bits, sum = {}, 2463534242, 0, 0
for i = 1, size do
  state = xorshift(state)
  bits = bits + count_bits(state)
  parts[i] = string.char(state & 0x7F)
  local red, green, blue = unpack(pack(i & 0xFF, i >> 3 & 0xFF, ~i & 0xFF))
  sum = sum + red - green + blue
end
return crc32(table.concat(parts)) + bits + sum
