-- Parsing by hand: a tokenizer and a calculator for expressions, byte by byte.
local size = ...

local function tokens(text)
  local found, position = {}, 1
  while position <= #text do
    local code = text:byte(position)
    if code >= 48 and code <= 57 then
      local start = position
      while position <= #text do
        local digit = text:byte(position)
        if digit < 48 or digit > 57 then break end
        position = position + 1
      end
      found[#found + 1] = { kind = "number", value = tonumber(text:sub(start, position - 1)) }
    else
      if code ~= 32 then
        found[#found + 1] = { kind = "operator", value = string.char(code) }
      end
      position = position + 1
    end
  end
  return found
end

local Parser = {}
Parser.__index = Parser

function Parser.new(list) return setmetatable({ list = list, position = 1 }, Parser) end

function Parser:peek()
  local token = self.list[self.position]
  return token and token.value
end

function Parser:advance()
  local token = self.list[self.position]
  self.position = self.position + 1
  return token.value
end

function Parser:factor()
  if self:peek() == "(" then
    self:advance()
    local value = self:sum()
    self:advance()
    return value
  end
  return self:advance()
end

function Parser:product()
  local value = self:factor()
  while self:peek() == "*" or self:peek() == "%" do
    local operator, right = self:advance(), self:factor()
    if operator == "*" then value = value * right % 10007 else value = value % (right + 1) end
  end
  return value
end

function Parser:sum()
  local value = self:product()
  while self:peek() == "+" or self:peek() == "-" do
    local operator, right = self:advance(), self:product()
    if operator == "+" then value = value + right else value = value - right end
  end
  return value
end

local total = 0
for i = 1, size do
  local text = "(" .. i .. " + " .. i * 3 .. ") * (17 - " .. i % 9 .. ") % 1000 + 42 * (7 + (" .. i .. " - 1))"
  total = total + Parser.new(tokens(text)):sum()
end
return total
