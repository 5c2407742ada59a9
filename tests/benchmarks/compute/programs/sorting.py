"""Sorting: records with a key, numbers downwards, strings, and a merge sort written out."""


class Random:
    def __init__(self, seed):
        self.seed = seed

    def next(self, limit):
        self.seed = (self.seed * 1103515245 + 12345) % 2147483648
        return self.seed // 65536 % limit


def merge_sort(values, less):
    if len(values) < 2:
        return values
    middle = len(values) // 2
    left, right = merge_sort(values[:middle], less), merge_sort(values[middle:], less)
    merged, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        if less(right[j], left[i]):
            merged.append(right[j])
            j += 1
        else:
            merged.append(left[i])
            i += 1
    merged.extend(left[i:])
    merged.extend(right[j:])
    return merged


def run(size):
    random = Random(42)
    records, numbers, names = [], [], []
    for i in range(1, size + 1):
        records.append({"name": f"player{i}", "score": random.next(1000)})
        numbers.append(random.next(1000000))
        names.append(f"n{random.next(100000)}")
    records.sort(key=lambda record: (-record["score"], record["name"]))
    numbers.sort(reverse=True)
    names.sort()
    merged = merge_sort(numbers, lambda a, b: a < b)
    return (
        f"{records[0]['name']}{records[size // 2 - 1]['name']}{numbers[0]}"
        f"{names[size // 3 - 1]}{merged[size // 2 - 1]}"
    )
