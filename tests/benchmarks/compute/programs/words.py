"""Word counts: how often each word, letter and pair of words occurs, and the most frequent ones."""

import re
from collections import Counter

VOCABULARY = ["the", "quick", "brown", "Fox", "jumps", "over", "a", "lazy", "Dog", "and"]
VOCABULARY += ["then", "The", "dog", "sleeps", "in", "Sun", "while", "fox", "runs", "away"]
WORD = re.compile("[A-Za-z]+")


def make_text(words):
    chosen, state = [], 7
    for i in range(1, words + 1):
        state = (state * 1103515245 + 12345) % 2147483648
        word = VOCABULARY[state // 65536 % len(VOCABULARY)]
        chosen.append(f"{word}." if i % 12 == 0 else word)
    return " ".join(chosen)


def count_words(text):
    counts = {}
    for word in WORD.findall(text):
        word = word.lower()
        counts[word] = counts.get(word, 0) + 1
    return counts


def count_pairs(text):
    counts, previous = {}, None
    for word in WORD.findall(text.lower()):
        if previous is not None:
            pair = f"{previous} {word}"
            counts[pair] = counts.get(pair, 0) + 1
        previous = word
    return counts


def count_letters(text):
    return Counter(letter for letter in text if letter.isalpha())


def most_frequent(counts, limit):
    words = sorted(counts, key=lambda word: (-counts[word], word))
    return " ".join(f"{word}={counts[word]}" for word in words[:limit])


def run(size):
    text = make_text(size)
    return (
        f"{most_frequent(count_words(text), 10)}; {most_frequent(count_pairs(text), 5)}; "
        f"{most_frequent(count_letters(text), 3)}"
    )
