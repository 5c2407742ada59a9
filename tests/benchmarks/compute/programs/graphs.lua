-- Graphs: shortest paths with a heap, a search through a maze with a queue, and queens on a board.
local size = ...

local function push(heap, cost, node)
  local place = #heap + 1
  heap[place] = { cost, node }
  while place > 1 do
    local parent = place // 2
    if heap[parent][1] <= heap[place][1] then break end
    heap[parent], heap[place] = heap[place], heap[parent]
    place = parent
  end
end

local function pop(heap)
  local top, last = heap[1], #heap
  heap[1] = heap[last]
  heap[last] = nil
  last = last - 1
  local place = 1
  while true do
    local child = place * 2
    if child > last then break end
    if child < last and heap[child + 1][1] < heap[child][1] then child = child + 1 end
    if heap[place][1] <= heap[child][1] then break end
    heap[place], heap[child] = heap[child], heap[place]
    place = child
  end
  return top[1], top[2]
end

local function shortest(edges, start)
  local distances, heap = { [start] = 0 }, {}
  push(heap, 0, start)
  while #heap > 0 do
    local cost, node = pop(heap)
    if cost <= distances[node] then
      for _, edge in ipairs(edges[node]) do
        local reached = cost + edge.weight
        local known = distances[edge.to]
        if not known or reached < known then
          distances[edge.to] = reached
          push(heap, reached, edge.to)
        end
      end
    end
  end
  return distances
end

local function maze_steps(width)
  local seen, queue, first, last = { [0] = 0 }, { 0 }, 1, 1
  while first <= last do
    local cell = queue[first]
    first = first + 1
    local x, y = cell % width, cell // width
    for _, move in ipairs({ { 1, 0 }, { -1, 0 }, { 0, 1 }, { 0, -1 } }) do
      local nx, ny = x + move[1], y + move[2]
      local target = ny * width + nx
      if nx >= 0 and nx < width and ny >= 0 and ny < width and not seen[target]
        and (nx * 3 + ny * 5) % 7 ~= 0 then
        seen[target] = seen[cell] + 1
        last = last + 1
        queue[last] = target
      end
    end
  end
  return last
end

local function queens(n, row, columns, up, down)
  if row > n then return 1 end
  local count = 0
  for column = 1, n do
    if not (columns[column] or up[row + column] or down[row - column + n]) then
      columns[column], up[row + column], down[row - column + n] = true, true, true
      count = count + queens(n, row + 1, columns, up, down)
      columns[column], up[row + column], down[row - column + n] = nil, nil, nil
    end
  end
  return count
end

local edges = {}
for node = 1, size do
  edges[node] = {
    { to = node % size + 1, weight = 7 },
    { to = node * 7 % size + 1, weight = node % 13 + 1 },
    { to = node * 31 % size + 1, weight = node % 5 + 2 },
  }
end
local sum = 0
for _, distance in pairs(shortest(edges, 1)) do sum = sum + distance end
return sum + maze_steps(size // 100) + queens(6, 1, {}, {}, {})
