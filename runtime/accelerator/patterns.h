/* Lua patterns in C: the programs of pattern_programs.c, and what matching.c and substitution.c need of the matcher in patterns.c. */

#ifndef ASSAY_PATTERNS_H
#define ASSAY_PATTERNS_H

#include "native.h"

#define MOST_CAPTURES 32

/* A set of characters, one bit for each. */
typedef struct {
    uint64_t words[4];
} Set;

/* What an item does: the letters of `_LETTERS` in runtime/stdlib/patterns.py. */
enum {
    SINGLE = '1',
    STAR = '*',
    PLUS = '+',
    LAZY = '-',
    OPTIONAL = '?',
    OPEN = '(',
    CLOSE = ')',
    POSITION = 'p',
    SAME = '=',
    BALANCED = 'b',
    FRONTIER = 'f',
    END = '$',
    DONE = 0, /* after the last item */
};

typedef struct {
    Set set;
    const Set *needed;           /* one of these characters comes next, or what follows the item cannot match; may be NULL */
    unsigned char kind;
    unsigned char number;        /* of a capture, from 0 */
    unsigned char first, last;   /* what is balanced */
    char all;                    /* does the set hold every character? */
    char only;                   /* can what follows only match after the longest run of the set? */
} Item;

typedef struct {
    Py_ssize_t captures;
    int anchored;
    const Set *beginning;        /* every match begins with one of these characters; may be NULL */
    int beginning_character;     /* the only one of them, or -1 */
    const Item *leading_run;     /* the run every match begins with, where a later beginning in a run leads to the same; may be NULL */
    Item items[];
} Program;

/* Where a capture begins and ends; the end of a position capture is `NO_TEXT`. */
typedef struct {
    Py_ssize_t start, end;
} Span;

#define NO_TEXT (-1)

/* Where Python has to do it. */
#define UNKNOWN (-2)

typedef struct {
    PyObject *capsule;           /* holds the program */
    const Program *program;
    PyObject *text;
    const Py_UCS1 *subject;
    Py_ssize_t size;
    Py_ssize_t start, end;       /* of the match that was found */
    unsigned int steps;
    Span captures[MOST_CAPTURES];
} Match;

/* The program of a pattern in a capsule, borrowed: valid until Python code runs. None when Python has to match it; NULL with an
   exception set. With `anchors`, a `^` at the beginning is an anchor. */
PyObject *program_capsule(PyObject *pattern, int anchors);

const Program *program_in(PyObject *capsule);

void begin_match(Match *match, PyObject *capsule, PyObject *text);

static inline void
end_match(Match *match)
{
    Py_DECREF(match->capsule);
}

/* Looks for the first match at or after `at`: 1 and 0 for found and not, -1 with an exception set. */
int search(Match *match, Py_ssize_t at);

/* The same for the match after one that ended at `*last_end`, from `*at` on; both are moved on (0 and -1 to begin with). */
int next_match(Match *match, Py_ssize_t *at, Py_ssize_t *last_end);

/* Capture `number` of a match, the whole match where the pattern has no captures. */
PyObject *capture(const Match *match, Py_ssize_t number);

static inline int
contains(const Set *set, Py_UCS1 character)
{
    return (int)(set->words[character >> 6] >> (character & 63)) & 1;
}

#endif
