"""Arrays: prime numbers, running sums, a product of matrices, and reversing in place."""


def primes(limit):
    composite = [False] * (limit + 1)
    found = []
    for n in range(2, limit + 1):
        if not composite[n]:
            found.append(n)
            for multiple in range(n * n, limit + 1, n):
                composite[multiple] = True
    return found


def running_sums(values):
    sums, total = [], 0
    for value in values:
        total += value
        sums.append(total)
    return sums


def matrix(n, seed):
    return [[(i * seed + j) % 10 for j in range(1, n + 1)] for i in range(1, n + 1)]


def multiply(a, b):
    n = len(a)
    product = []
    for left in a:
        row = []
        for j in range(n):
            total = 0
            for k in range(n):
                total += left[k] * b[k][j]
            row.append(total)
        product.append(row)
    return product


def reverse(values):
    low, high = 0, len(values) - 1
    while low < high:
        values[low], values[high] = values[high], values[low]
        low, high = low + 1, high - 1


def run(size):
    found = primes(size)
    sums = running_sums(found)
    reverse(sums)
    n = size // 3000
    product = multiply(matrix(n, 3), matrix(n, 7))
    trace = sum(product[i][i] for i in range(n))
    return sums[0] + len(found) + trace
