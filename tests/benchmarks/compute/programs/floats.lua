-- Floats: planets that attract each other, and the Mandelbrot set.
local size = ...

local function planet(x, y, z, vx, vy, vz, mass)
  return { x = x, y = y, z = z, vx = vx, vy = vy, vz = vz, mass = mass }
end

local function energy(bodies)
  local total = 0.0
  for i, body in ipairs(bodies) do
    total = total + 0.5 * body.mass * (body.vx ^ 2 + body.vy ^ 2 + body.vz ^ 2)
    for j = i + 1, #bodies do
      local other = bodies[j]
      local dx, dy, dz = body.x - other.x, body.y - other.y, body.z - other.z
      total = total - body.mass * other.mass / math.sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return total
end

local function advance(bodies, dt)
  local count = #bodies
  for i = 1, count do
    local body = bodies[i]
    for j = i + 1, count do
      local other = bodies[j]
      local dx = body.x - other.x
      local dy = body.y - other.y
      local dz = body.z - other.z
      local square = dx * dx + dy * dy + dz * dz
      local magnitude = dt / (square * math.sqrt(square))
      body.vx = body.vx - dx * other.mass * magnitude
      body.vy = body.vy - dy * other.mass * magnitude
      body.vz = body.vz - dz * other.mass * magnitude
      other.vx = other.vx + dx * body.mass * magnitude
      other.vy = other.vy + dy * body.mass * magnitude
      other.vz = other.vz + dz * body.mass * magnitude
    end
  end
  for _, body in ipairs(bodies) do
    body.x = body.x + dt * body.vx
    body.y = body.y + dt * body.vy
    body.z = body.z + dt * body.vz
  end
end

local function mandelbrot(width)
  local inside = 0
  for row = 0, width - 1 do
    local ci = 2.0 * row / width - 1.0
    for column = 0, width - 1 do
      local cr = 2.0 * column / width - 1.5
      local zr, zi = 0.0, 0.0
      local escaped = false
      for _ = 1, 50 do
        zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
        if zr * zr + zi * zi > 4.0 then
          escaped = true
          break
        end
      end
      if not escaped then inside = inside + 1 end
    end
  end
  return inside
end

local bodies = {
  planet(0, 0, 0, 0, 0, 0, 39.47841760435743),
  planet(4.84143144, -1.16032004, -0.10362204, 0.60632639, 2.81198684, -0.02521836, 0.03769367),
  planet(8.34336671, 4.12479856, -0.40352341, -1.01077434, 1.82566237, 0.00841576, 0.01128632),
  planet(12.89436956, -15.11115140, -0.22330757, 1.08279100, 0.86871301, -0.01083263, 0.00172372),
  planet(15.37969711, -25.91931460, 0.17925877, 0.97909073, 0.59469899, -0.03475595, 0.00203368),
}

for _ = 1, size do advance(bodies, 0.01) end
return energy(bodies) + mandelbrot(size // 20)
