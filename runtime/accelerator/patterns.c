/* Lua patterns: a matcher that backtracks over the programs of pattern_programs.c.

   It takes the choices in the order of `_Run` in runtime/stdlib/patterns.py, which says what each item means; it leaves out those
   that cannot lead to a match, by looking at the character that has to come next. */

#include "patterns.h"
#include <string.h>

#define NO_MATCH (-1)
#define INTERRUPTED (-2)

static inline int
fits(const Match *match, const Set *set, Py_ssize_t at)
{
    return at < match->size && contains(set, match->subject[at]);
}

/* Where the longest run of the set of `item` ends that begins at `at`. */
static Py_ssize_t
end_of_run(const Match *match, const Item *item, Py_ssize_t at)
{
    if (item->all)
        return match->size;
    while (fits(match, &item->set, at))
        at++;
    return at;
}

static Py_ssize_t match_from(Match *match, Py_ssize_t at, const Item *item);

/* Matches what follows `item`, whose longest run ends at `last`; shorter ones follow, not shorter than to `least`. */
static Py_ssize_t
match_after_run(Match *match, Py_ssize_t least, Py_ssize_t last, const Item *item)
{
    for (; last >= least; last--) {
        if (item->needed != NULL && !fits(match, item->needed, last))
            continue;
        Py_ssize_t end = match_from(match, last, item + 1);
        if (end != NO_MATCH)
            return end;
    }
    return NO_MATCH;
}

static Py_ssize_t
match_lazily(Match *match, Py_ssize_t at, const Item *item)
{
    for (;; at++) {
        if (item->needed == NULL || fits(match, item->needed, at)) {
            Py_ssize_t end = match_from(match, at, item + 1);
            if (end != NO_MATCH)
                return end;
        }
        if (!fits(match, &item->set, at))
            return NO_MATCH;
    }
}

/* Where the balanced text at `at` ends. */
static Py_ssize_t
match_balanced(const Match *match, Py_ssize_t at, const Item *item)
{
    Py_ssize_t open = 1;
    if (at >= match->size || match->subject[at] != item->first)
        return NO_MATCH;
    while (++at < match->size) {
        if (match->subject[at] == item->last) {
            if (--open == 0)
                return at + 1;
        }
        else if (match->subject[at] == item->first)
            open++;
    }
    return NO_MATCH;
}

/* Where the text of a capture ends when it comes again at `at`. */
static Py_ssize_t
match_same(const Match *match, Py_ssize_t at, Span span)
{
    Py_ssize_t size = span.end - span.start;
    if (span.end == NO_TEXT || size > match->size - at
        || memcmp(match->subject + span.start, match->subject + at, (size_t)size) != 0)
        return NO_MATCH;
    return at + size;
}

static int
is_frontier(const Match *match, Py_ssize_t at, const Set *set)
{
    Py_UCS1 before = at > 0 ? match->subject[at - 1] : 0, after = at < match->size ? match->subject[at] : 0;
    return !contains(set, before) && contains(set, after);
}

/* Where a match of the items from `item` on ends that begins at `at`. */
static Py_ssize_t
match_from(Match *match, Py_ssize_t at, const Item *item)
{
    Py_ssize_t last, end;
    if ((++match->steps & 0xFFFF) == 0 && PyErr_CheckSignals() < 0)
        return INTERRUPTED;
    for (;; item++)
        switch (item->kind) {
        case SINGLE:
            if (!fits(match, &item->set, at))
                return NO_MATCH;
            at++;
            break;
        case STAR:
        case PLUS:
            last = end_of_run(match, item, at);
            at += item->kind == PLUS;
            if (last < at)
                return NO_MATCH;
            if (!item->only)
                return match_after_run(match, at, last, item);
            at = last;
            break;
        case LAZY:
            return match_lazily(match, at, item);
        case OPTIONAL:
            if (fits(match, &item->set, at) && (end = match_from(match, at + 1, item + 1)) != NO_MATCH)
                return end;
            break;
        case OPEN:
            match->captures[item->number].start = at;
            break;
        case CLOSE:
            match->captures[item->number].end = at;
            break;
        case POSITION:
            match->captures[item->number] = (Span){at, NO_TEXT};
            break;
        case SAME:
        case BALANCED:
            at = item->kind == SAME ? match_same(match, at, match->captures[item->number]) : match_balanced(match, at, item);
            if (at == NO_MATCH)
                return NO_MATCH;
            break;
        case FRONTIER:
            if (!is_frontier(match, at, &item->set))
                return NO_MATCH;
            break;
        case END:
            if (at != match->size)
                return NO_MATCH;
            break;
        default:
            return at;
        }
}

void
begin_match(Match *match, PyObject *capsule, PyObject *text)
{
    match->capsule = new_reference(capsule);
    match->program = program_in(capsule);
    match->text = text;
    match->subject = PyUnicode_1BYTE_DATA(text);
    match->size = PyUnicode_GET_LENGTH(text);
    match->steps = 0;
}

/* The first place from `at` on where a match may begin, after the end when there is none. */
static Py_ssize_t
possible_start(const Match *match, Py_ssize_t at)
{
    const Program *program = match->program;
    if (program->beginning == NULL)
        return at;
    if (program->beginning_character >= 0) {
        const Py_UCS1 *found = at >= match->size
            ? NULL
            : memchr(match->subject + at, program->beginning_character, (size_t)(match->size - at));
        return found == NULL ? match->size + 1 : found - match->subject;
    }
    while (at < match->size && !contains(program->beginning, match->subject[at]))
        at++;
    return at < match->size ? at : match->size + 1;
}

int
search(Match *match, Py_ssize_t at)
{
    const Program *program = match->program;
    while (at <= match->size) {
        if (!program->anchored && (at = possible_start(match, at)) > match->size)
            break;
        Py_ssize_t end = match_from(match, at, program->items);
        if (end == INTERRUPTED)
            return -1;
        if (end != NO_MATCH) {
            match->start = at;
            match->end = end;
            return 1;
        }
        if (program->anchored)
            break;
        /* From inside the run the same would follow, and fail. */
        at = (program->leading_run != NULL ? end_of_run(match, program->leading_run, at) : at) + 1;
    }
    return 0;
}

int
next_match(Match *match, Py_ssize_t *at, Py_ssize_t *last_end)
{
    while (*at <= match->size) {
        int found = search(match, *at);
        if (found <= 0) {
            *at = match->size + 1;
            return found;
        }
        if (match->end != *last_end) {
            *at = *last_end = match->end;
            return 1;
        }
        /* An empty match right after the previous one does not count. */
        *at = match->start + 1;
    }
    return 0;
}

PyObject *
capture(const Match *match, Py_ssize_t number)
{
    if (match->program->captures == 0)
        return PyUnicode_Substring(match->text, match->start, match->end);
    Span span = match->captures[number];
    return span.end == NO_TEXT ? PyLong_FromSsize_t(span.start + 1) : PyUnicode_Substring(match->text, span.start, span.end);
}
