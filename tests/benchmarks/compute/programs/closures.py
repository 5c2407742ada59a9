"""Closures: counters, higher-order functions, composition and memoization."""


def counter():
    count = 0

    def step(by):
        nonlocal count
        count += by
        return count

    return step


def transform_list(values, function):
    return [function(value) for value in values]


def filter_list(values, keep):
    return [value for value in values if keep(value)]


def reduce_list(values, function, initial):
    result = initial
    for value in values:
        result = function(result, value)
    return result


def compose(f, g):
    return lambda x: f(g(x))


def memoize(function):
    known = {}

    def memoized(n):
        value = known.get(n)
        if value is None:
            value = known[n] = function(n)
        return value

    return memoized


def run(size):
    values = list(range(1, size + 1))
    next_id = counter()
    for i in range(1, size + 1):
        next_id(i % 3)

    transform = compose(lambda x: x + 1, lambda x: x * 2)
    total = reduce_list(
        filter_list(transform_list(values, transform), lambda x: x % 3 == 0),
        lambda result, x: result + x,
        0,
    )

    @memoize
    def collatz(n):
        if n == 1:
            return 0
        if n % 2 == 0:
            return 1 + collatz(n // 2)
        return 1 + collatz(3 * n + 1)

    longest = 0
    for n in range(1, size // 10 + 1):
        longest = max(longest, collatz(n))
    return next_id(0) + total + longest
