"""JSON-like trees: build, copy, compare, visit and write as text."""


def build(depth, width):
    if depth == 0:
        return {"kind": "leaf", "value": width * 3, "tags": ["a", "b"], "active": width % 2 == 0}
    children = [build(depth - 1, i) for i in range(1, width + 1)]
    return {"kind": "node", "depth": depth, "children": children}


def copy(value):
    if isinstance(value, dict):
        return {key: copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copy(item) for item in value]
    return value


def equal(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(value, b[key]) for key, value in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(equal, a, b))
    return a == b


def total(node):
    if node["kind"] == "leaf":
        return node["value"] if node["active"] else 0
    return sum(total(child) for child in node["children"])


def encode(value):
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ",".join(encode(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f'"{key}":{encode(value[key])}' for key in sorted(value)) + "}"
    return str(value)


def run(size):
    tree = build(size, 4)
    second = copy(tree)
    same = equal(tree, second)
    second["children"][0]["depth"] = 0
    shown = [str(flag).lower() for flag in (same, equal(tree, second))]
    return f"{encode(second)[-100:]}{len(encode(tree))}:{total(tree)}{''.join(shown)}"
