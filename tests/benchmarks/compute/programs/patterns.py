"""Patterns: reading a log, settings and addresses, and rewriting text."""

import re

LEVELS = ["INFO", "WARN", "ERROR"]
HEAD = re.compile(r"(\d+)-(\d+)-(\d+) ([A-Z]+)")
TAKEN = re.compile(r"took (\d+) ms")
SETTING = re.compile(r"([A-Za-z0-9]+)=(\S+)")
ADDRESS = re.compile(r"[A-Za-z0-9.]+@[A-Za-z0-9.]+")


def make_log(lines):
    return "\n".join(
        f"2024-{i % 12 + 1:02d}-{i % 28 + 1:02d} {LEVELS[i % 3]} [worker-{i % 8}] "
        f"user=u{i % 50}@example.com took {i * 7 % 1000} ms; path=/api/v{i % 3}/items"
        for i in range(1, lines + 1)
    )


def summary(log):
    errors, slow, months = 0, 0, {}
    for line in log.splitlines():
        year, month, day, level = HEAD.match(line).groups()
        if level == "ERROR":
            errors += 1
        months[month] = months.get(month, 0) + int(day)
        if int(TAKEN.search(line)[1]) > 900:
            slow += 1
        if "v2/items" in line:
            slow += int(year) % 2
    return f"{errors} {slow} {months['03']}"


def settings(log):
    found = 0
    for key, value in SETTING.findall(log):
        if key == "user" and ADDRESS.fullmatch(value):
            found += 1
    return found


def masked(log):
    text, count = re.subn(r"u(\d+)@", r"<\1>@", log)
    text = re.sub(r"\[(worker)-(\d)\]", lambda match: match[1].upper() + match[2], text)
    letters = {"INFO": "i", "WARN": "w", "ERROR": "e"}
    text = re.sub(r"[A-Z]{2,}", lambda match: letters.get(match[0], match[0]), text)
    return len(text) + count


def run(size):
    log = make_log(size)
    trimmed = 0
    for line in re.findall(r"\[[^\]]*\]", log):
        trimmed += len(f"  {line} ".strip())
    return f"{summary(log)} {settings(log)} {masked(log)} {trimmed}"
