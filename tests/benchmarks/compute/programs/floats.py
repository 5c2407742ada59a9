"""Floats: planets that attract each other, and the Mandelbrot set."""

import math


class Planet:
    def __init__(self, x, y, z, vx, vy, vz, mass):
        self.x, self.y, self.z = x, y, z
        self.vx, self.vy, self.vz = vx, vy, vz
        self.mass = mass


def energy(bodies):
    total = 0.0
    for i, body in enumerate(bodies):
        total += 0.5 * body.mass * (body.vx**2 + body.vy**2 + body.vz**2)
        for other in bodies[i + 1 :]:
            dx, dy, dz = body.x - other.x, body.y - other.y, body.z - other.z
            total -= body.mass * other.mass / math.sqrt(dx * dx + dy * dy + dz * dz)
    return total


def advance(bodies, dt):
    for i, body in enumerate(bodies):
        for other in bodies[i + 1 :]:
            dx = body.x - other.x
            dy = body.y - other.y
            dz = body.z - other.z
            square = dx * dx + dy * dy + dz * dz
            magnitude = dt / (square * math.sqrt(square))
            body.vx -= dx * other.mass * magnitude
            body.vy -= dy * other.mass * magnitude
            body.vz -= dz * other.mass * magnitude
            other.vx += dx * body.mass * magnitude
            other.vy += dy * body.mass * magnitude
            other.vz += dz * body.mass * magnitude
    for body in bodies:
        body.x += dt * body.vx
        body.y += dt * body.vy
        body.z += dt * body.vz


def mandelbrot(width):
    inside = 0
    for row in range(width):
        ci = 2.0 * row / width - 1.0
        for column in range(width):
            cr = 2.0 * column / width - 1.5
            zr, zi = 0.0, 0.0
            for _ in range(50):
                zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
                if zr * zr + zi * zi > 4.0:
                    break
            else:
                inside += 1
    return inside


def run(size):
    bodies = [
        Planet(0, 0, 0, 0, 0, 0, 39.47841760435743),
        Planet(
            4.84143144, -1.16032004, -0.10362204, 0.60632639, 2.81198684, -0.02521836, 0.03769367
        ),
        Planet(
            8.34336671, 4.12479856, -0.40352341, -1.01077434, 1.82566237, 0.00841576, 0.01128632
        ),
        Planet(
            12.89436956, -15.11115140, -0.22330757, 1.08279100, 0.86871301, -0.01083263, 0.00172372
        ),
        Planet(
            15.37969711, -25.91931460, 0.17925877, 0.97909073, 0.59469899, -0.03475595, 0.00203368
        ),
    ]
    for _ in range(size):
        advance(bodies, 0.01)
    return energy(bodies) + mandelbrot(size // 20)
