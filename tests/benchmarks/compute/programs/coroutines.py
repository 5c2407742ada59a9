"""Coroutines: a pipeline of generators, permutations, and tasks that take turns."""


def numbers(limit):
    yield from range(1, limit + 1)


def multiples(source, factor):
    for n in source:
        if n % factor == 0:
            yield n


def permute(values, count):
    if count == 0:
        yield values
        return
    for i in range(count):
        values[i], values[count - 1] = values[count - 1], values[i]
        yield from permute(values, count - 1)
        values[i], values[count - 1] = values[count - 1], values[i]


def task(name, steps, log):
    for step in range(1, steps + 1):
        log.append(f"{name}{step}")
        yield


def run(size):
    total = sum(multiples(multiples(numbers(size), 2), 3))

    count = 0
    for values in permute([1, 2, 3, 4, 5, 6], 6):
        if values[0] < values[5]:
            count += 1

    log = []
    tasks = [task(f"task{i}:", size // 50, log) for i in range(1, 11)]
    while tasks:
        for i in range(len(tasks) - 1, -1, -1):
            try:
                next(tasks[i])
            except StopIteration:
                del tasks[i]
    return total + count + len(log)
