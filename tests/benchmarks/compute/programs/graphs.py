"""Graphs: shortest paths with a heap, a search through a maze with a queue, and queens on a board."""

from collections import deque


def push(heap, cost, node):
    place = len(heap)
    heap.append((cost, node))
    while place > 0:
        parent = (place - 1) // 2
        if heap[parent][0] <= heap[place][0]:
            break
        heap[parent], heap[place] = heap[place], heap[parent]
        place = parent


def pop(heap):
    top = heap[0]
    last = heap.pop()
    if heap:
        heap[0] = last
    count = len(heap)
    place = 0
    while True:
        child = place * 2 + 1
        if child >= count:
            break
        if child + 1 < count and heap[child + 1][0] < heap[child][0]:
            child += 1
        if heap[place][0] <= heap[child][0]:
            break
        heap[place], heap[child] = heap[child], heap[place]
        place = child
    return top


def shortest(edges, start):
    distances, heap = {start: 0}, []
    push(heap, 0, start)
    while heap:
        cost, node = pop(heap)
        if cost <= distances[node]:
            for target, weight in edges[node]:
                reached = cost + weight
                known = distances.get(target)
                if known is None or reached < known:
                    distances[target] = reached
                    push(heap, reached, target)
    return distances


def maze_steps(width):
    seen, queue = {0}, deque([0])
    while queue:
        cell = queue.popleft()
        x, y = cell % width, cell // width
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            nx, ny = x + dx, y + dy
            target = ny * width + nx
            if (
                0 <= nx < width
                and 0 <= ny < width
                and target not in seen
                and (nx * 3 + ny * 5) % 7 != 0
            ):
                seen.add(target)
                queue.append(target)
    return len(seen)


def queens(n, row, columns, up, down):
    if row > n:
        return 1
    count = 0
    for column in range(1, n + 1):
        if column not in columns and row + column not in up and row - column not in down:
            columns.add(column)
            up.add(row + column)
            down.add(row - column)
            count += queens(n, row + 1, columns, up, down)
            columns.remove(column)
            up.remove(row + column)
            down.remove(row - column)
    return count


def run(size):
    edges = {
        node: [
            (node % size + 1, 7),
            (node * 7 % size + 1, node % 13 + 1),
            (node * 31 % size + 1, node % 5 + 2),
        ]
        for node in range(1, size + 1)
    }
    distances = shortest(edges, 1)
    return sum(distances.values()) + maze_steps(size // 100) + queens(6, 1, set(), set(), set())
