"""Parsing by hand: a tokenizer and a calculator for expressions, character by character."""


def tokens(text):
    found, position = [], 0
    while position < len(text):
        character = text[position]
        if character.isdigit():
            start = position
            while position < len(text) and text[position].isdigit():
                position += 1
            found.append(("number", int(text[start:position])))
        else:
            if character != " ":
                found.append(("operator", character))
            position += 1
    return found


class Parser:
    def __init__(self, tokens):
        self.tokens = tokens
        self.position = 0

    def peek(self):
        if self.position < len(self.tokens):
            return self.tokens[self.position][1]
        return None

    def advance(self):
        token = self.tokens[self.position]
        self.position += 1
        return token[1]

    def factor(self):
        if self.peek() == "(":
            self.advance()
            value = self.sum()
            self.advance()
            return value
        return self.advance()

    def product(self):
        value = self.factor()
        while self.peek() in ("*", "%"):
            operator, right = self.advance(), self.factor()
            value = value * right % 10007 if operator == "*" else value % (right + 1)
        return value

    def sum(self):
        value = self.product()
        while self.peek() in ("+", "-"):
            operator, right = self.advance(), self.product()
            value = value + right if operator == "+" else value - right
        return value


def run(size):
    total = 0
    for i in range(1, size + 1):
        text = f"({i} + {i * 3}) * (17 - {i % 9}) % 1000 + 42 * (7 + ({i} - 1))"
        total += Parser(tokens(text)).sum()
    return total
