/* gsub: runtime/stdlib/matching.py. */

#include "patterns.h"
#include <string.h>

PyObject *replacement_text;

/* A text that grows. */
typedef struct {
    Py_UCS1 *data;
    Py_ssize_t size, room;
} Text;

static int
append(Text *text, const Py_UCS1 *data, Py_ssize_t size)
{
    if (size > text->room - text->size) {
        Py_ssize_t room = (text->size + size) * 2 + 64;
        Py_UCS1 *grown = PyMem_Realloc(text->data, (size_t)room);
        if (grown == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        text->data = grown;
        text->room = room;
    }
    if (size > 0)
        memcpy(text->data + text->size, data, (size_t)size);
    text->size += size;
    return 0;
}

static int
append_string(Text *text, PyObject *string)
{
    return append(text, PyUnicode_1BYTE_DATA(string), PyUnicode_GET_LENGTH(string));
}

/* Appends capture `number` (from 0) of a match, the whole match for -1 and where there are no captures. */
static int
append_capture(Text *text, const Match *match, Py_ssize_t number)
{
    if (number < 0 || match->program->captures == 0)
        return append(text, match->subject + match->start, match->end - match->start);
    Span span = match->captures[number];
    if (span.end != NO_TEXT)
        return append(text, match->subject + span.start, span.end - span.start);
    char digits[24];
    return append(text, (Py_UCS1 *)digits, PyOS_snprintf(digits, sizeof digits, "%lld", (long long)span.start + 1));
}

/* Can the template be filled in with so many captures? */
static int
is_good_template(PyObject *template, Py_ssize_t captures)
{
    const Py_UCS1 *characters = PyUnicode_1BYTE_DATA(template), *end = characters + PyUnicode_GET_LENGTH(template);
    while ((characters = memchr(characters, '%', (size_t)(end - characters))) != NULL) {
        Py_UCS1 next = ++characters < end ? *characters : 0;
        if (next != '%' && next != '0' && !(next == '1' && captures == 0) && !(next >= '1' && next < '1' + captures && next <= '9'))
            return 0;
        characters++;
    }
    return 1;
}

/* Appends the template with the captures of a match in their places. */
static int
append_template(Text *text, PyObject *template, const Match *match)
{
    const Py_UCS1 *from = PyUnicode_1BYTE_DATA(template), *end = from + PyUnicode_GET_LENGTH(template), *percent;
    while ((percent = memchr(from, '%', (size_t)(end - from))) != NULL) {
        if (append(text, from, percent - from) < 0)
            return -1;
        int failed = percent[1] == '%' ? append(text, percent, 1) : append_capture(text, match, percent[1] - '1');
        if (failed < 0)
            return -1;
        from = percent + 2;
    }
    return append(text, from, end - from) < 0 ? -1 : 1;
}

/* Appends what the table has for the first capture; 0 to keep the match, `UNKNOWN` where Python has to look. */
static int
append_field(Text *text, PyObject *table, const Match *match)
{
    int unknown;
    PyObject *key = capture(match, 0);
    if (key == NULL)
        return -1;
    PyObject *value = find(table, key, &unknown);
    Py_DECREF(key);
    if (unknown)
        return PyErr_Occurred() ? -1 : UNKNOWN;
    if (value == NULL || value == Py_False)
        return 0;
    if (!is_string(value))
        return UNKNOWN;
    return append_string(text, value) < 0 ? -1 : 1;
}

/* Appends the first result of the function; 0 to keep the match. */
static int
append_result(Text *text, PyObject *function, const Match *match)
{
    PyObject *values[MOST_CAPTURES];
    Py_ssize_t known = 0, count = match->program->captures > 0 ? match->program->captures : 1;
    int done = -1;
    while (known < count && (values[known] = capture(match, known)) != NULL)
        known++;
    PyObject *result = known < count ? NULL : PyObject_Vectorcall(function, values, (size_t)count, NULL);
    while (known > 0)
        Py_DECREF(values[--known]);
    if (result == NULL)
        return -1;
    PyObject *value = result;
    if (PyTuple_CheckExact(result))
        value = PyTuple_GET_SIZE(result) ? PyTuple_GET_ITEM(result, 0) : Py_None;
    Py_INCREF(value);
    Py_DECREF(result);
    if (!is_string(value))
        Py_SETREF(value, PyObject_CallOneArg(replacement_text, value));
    if (value != NULL)
        done = value == Py_None ? 0 : append_string(text, value) < 0 ? -1 : 1;
    Py_XDECREF(value);
    return done;
}

/* Appends what comes in place of a match: 1, 0 to keep the match, `UNKNOWN` where Python has to do it, -1 with an exception set. */
typedef int (*Replace)(Text *text, PyObject *replacement, const Match *match);

/* Replaces up to `most` matches: how many there were, -1 with an exception set, `UNKNOWN` where Python has to do it. */
static int64_t
replace_matches(Text *text, Match *match, Replace replace, PyObject *replacement, int64_t most)
{
    Py_ssize_t at = 0, copied = 0, last_end = -1;
    int64_t replaced = 0;
    while (replaced < most) {
        int found = next_match(match, &at, &last_end);
        if (found < 0)
            return -1;
        if (!found)
            break;
        replaced++;
        Py_ssize_t size = text->size;
        if (append(text, match->subject + copied, match->start - copied) < 0)
            return -1;
        int done = replace(text, replacement, match);
        if (done < 0)
            return done;
        if (done)
            copied = match->end;
        else
            text->size = size;
        if (match->program->anchored)
            break;
    }
    return append(text, match->subject + copied, match->size - copied) < 0 ? -1 : replaced;
}

/* The results of `gsub` for a call that can be answered here; NULL without an exception where Python has to. */
static PyObject *
substitute(PyObject *subject, PyObject *pattern, Replace replace, PyObject *replacement, int64_t most)
{
    Match match;
    Text text = {NULL, 0, 0};
    PyObject *capsule = program_capsule(pattern, 1), *result = NULL;
    if (capsule == NULL || capsule == Py_None)
        return NULL;
    begin_match(&match, capsule, subject);
    int64_t replaced = UNKNOWN;
    if (replace != append_template || is_good_template(replacement, match.program->captures))
        replaced = replace_matches(&text, &match, replace, replacement, most);
    if (replaced >= 0) {
        PyObject *shown = replaced == 0 ? new_reference(subject)
                                        : PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, text.data, text.size);
        result = shown == NULL ? NULL : Py_BuildValue("(NL)", shown, (long long)replaced);
    }
    PyMem_Free(text.data);
    end_match(&match);
    return result;
}

/* gsub with a string or a table; functions are called by the pure function, for its frame. */
static PyObject *
substitute_pattern(ARGUMENTS)
{
    int64_t most = INT64_MAX;
    PyObject *result = NULL;
    if (count >= 3 && keywords == NULL && is_string(arguments[0]) && is_string(arguments[1])
        && (count == 3 || arguments[3] == Py_None || (PyLong_CheckExact(arguments[3]) && to_int64(arguments[3], &most)))) {
        if (is_string(arguments[2]))
            result = substitute(arguments[0], arguments[1], append_template, arguments[2], most);
        else if (is_any_table(arguments[2]))
            result = substitute(arguments[0], arguments[1], append_field, arguments[2], most);
    }
    return result != NULL || PyErr_Occurred() ? result : hand_over(pure, arguments, count, keywords);
}

/* _substitute_calls(text, pattern, function, most) */
static PyObject *
substitute_calls(ARGUMENTS)
{
    int64_t most;
    PyObject *result = NULL;
    if (count == 4 && keywords == NULL && is_string(arguments[0]) && is_string(arguments[1])
        && PyLong_CheckExact(arguments[3]) && to_int64(arguments[3], &most))
        result = substitute(arguments[0], arguments[1], append_result, arguments[2], most);
    return result != NULL || PyErr_Occurred() ? result : hand_over(pure, arguments, count, keywords);
}

PyMethodDef substitution_functions[] = {
    BUILTIN("stdlib.matching.gsub", substitute_pattern),
    BUILTIN("stdlib.matching._substitute_calls", substitute_calls),
    {NULL},
};
