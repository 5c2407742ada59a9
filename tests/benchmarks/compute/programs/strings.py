"""Building strings: by appending, from parts, with a format, and character by character."""


def report(rows):
    text = ""
    for i in range(1, rows + 1):
        text += f"{i}: row {i * 2}\n"
    return text


def csv(rows):
    return "\n".join(
        ",".join(f"c{column}={i % 10}" for column in range(1, 6)) for i in range(1, rows + 1)
    )


def formatted(rows):
    lines = []
    for i in range(1, rows + 1):
        lines.append(f"{i:05d} {f'name{i % 7}':<8} {i / 8:6.2f}")
    return "|".join(lines)


def caesar(text, shift):
    shifted = []
    for character in text:
        code = ord(character)
        if 97 <= code <= 122:
            code = (code - 97 + shift) % 26 + 97
        shifted.append(chr(code))
    return "".join(shifted)


def is_palindrome(text):
    return all(text[i] == text[-i - 1] for i in range(len(text) // 2))


def run(size):
    total = len(report(size)) + len(csv(size)) + len(formatted(size))
    secret = caesar(csv(size // 10), 13)
    half = secret[:size]
    if is_palindrome(half + half[::-1]):
        total += 1
    return f"{secret[:60]}:{total}"
