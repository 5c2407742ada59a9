"""Recursion: Fibonacci numbers, Takeuchi's function and the towers of Hanoi."""


def fibonacci(n):
    if n < 2:
        return n
    return fibonacci(n - 1) + fibonacci(n - 2)


def takeuchi(x, y, z):
    if y >= x:
        return z
    return takeuchi(takeuchi(x - 1, y, z), takeuchi(y - 1, z, x), takeuchi(z - 1, x, y))


def hanoi(discs, source, target, spare):
    if discs == 0:
        return 0
    moves = hanoi(discs - 1, source, spare, target)
    return moves + 1 + hanoi(discs - 1, spare, target, source)


def run(size):
    moves = hanoi(size // 2, "left", "right", "middle")
    return fibonacci(size) + takeuchi(size - 6, size // 2, 0) + moves
