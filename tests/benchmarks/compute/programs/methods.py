"""Method calls: classes with inheritance and operators."""


class Account:
    def __init__(self, owner, balance):
        self.owner = owner
        self.balance = balance
        self.entries = 0

    def deposit(self, amount):
        self.balance += amount
        self.entries += 1

    def withdraw(self, amount):
        if amount > self.balance:
            return False
        self.balance -= amount
        self.entries += 1
        return True


class Savings(Account):
    def __init__(self, owner, balance, rate):
        super().__init__(owner, balance)
        self.rate = rate

    def add_interest(self):
        self.deposit(self.balance * self.rate // 100)


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

    def dot(self, other):
        return self.x * other.x + self.y * other.y


class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)

    def pop(self):
        return self.items.pop()


def run(size):
    first, second = Account("ann", 100), Savings("bob", 1000, 2)
    refused = 0
    for i in range(1, size + 1):
        first.deposit(i % 7)
        if not first.withdraw(i % 11):
            refused += 1
        second.withdraw(i % 5)
        second.add_interest()
        if second.balance > 100000:
            second.withdraw(90000)

    total, step = Vector(0, 0), Vector(1, 2)
    for _ in range(size):
        total = total + step

    stack = Stack()
    for i in range(1, size + 1):
        stack.push(i)
        if i % 3 == 0:
            stack.pop()

    same = 1 if total == Vector(size, 2 * size) else 0
    return (
        first.balance
        + second.balance
        + first.entries
        + refused
        + total.dot(step)
        + stack.pop()
        + same
    )
