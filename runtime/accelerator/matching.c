/* find, match and gmatch: runtime/stdlib/matching.py. */

#include "patterns.h"
#include <structmember.h>

static PyTypeObject *matches_type, *match_loop_type;

/* ------------------------------------------------------------------------------------------------------- find and match */

/* The index from 0 for a start position as it is given. */
static inline int64_t
start_index(int64_t position, Py_ssize_t size)
{
    if (position > 0)
        return position - 1;
    return position == 0 || position < -(int64_t)size ? 0 : size + position;
}

/* Is this a call with a text, a pattern and perhaps an initial position, and nothing else? Then `*at` is where to begin. */
static int
takes_pattern(PyObject *const *arguments, Py_ssize_t count, PyObject *keywords, int64_t *at)
{
    *at = 0;
    if (count < 2 || keywords != NULL || !is_string(arguments[0]) || !is_string(arguments[1]))
        return 0;
    if (count > 2 && arguments[2] != Py_None) {
        if (!PyLong_CheckExact(arguments[2]) || !to_int64(arguments[2], at))
            return 0;
        *at = start_index(*at, PyUnicode_GET_LENGTH(arguments[0]));
    }
    return 1;
}

/* Looks for the first match: 1 and 0 for found and not, `UNKNOWN` where Python has to look, -1 with an exception set. Found or not,
   the match is to be ended then. */
static int
find_first(Match *match, PyObject *text, PyObject *pattern, Py_ssize_t at)
{
    PyObject *capsule = program_capsule(pattern, 1);
    if (capsule == NULL)
        return -1;
    if (capsule == Py_None)
        return UNKNOWN;
    begin_match(match, capsule, text);
    int found = search(match, at);
    if (found < 0)
        end_match(match);
    return found;
}

/* `values`, a new tuple or NULL, with the places as its first two values; NULL, and the tuple released, when there is no memory. */
static PyObject *
with_places(PyObject *values, int64_t start, int64_t end)
{
    PyObject *first = PyLong_FromLongLong(start), *last = PyLong_FromLongLong(end);
    if (values == NULL || first == NULL || last == NULL) {
        Py_XDECREF(values);
        Py_XDECREF(first);
        Py_XDECREF(last);
        return NULL;
    }
    PyTuple_SET_ITEM(values, 0, first);
    PyTuple_SET_ITEM(values, 1, last);
    return values;
}

static PyObject *
find_plain(PyObject *text, PyObject *wanted, Py_ssize_t start)
{
    Py_ssize_t at = PyUnicode_Find(text, wanted, start, PyUnicode_GET_LENGTH(text), 1);
    if (at == -2)
        return NULL;
    if (at < 0)
        return new_reference(Py_None);
    return with_places(PyTuple_New(2), at + 1, at + PyUnicode_GET_LENGTH(wanted));
}

/* The captures of a match after `before` other values, which are left for the caller to set. */
static PyObject *
tuple_of_captures(const Match *match, Py_ssize_t before, Py_ssize_t count)
{
    PyObject *result = PyTuple_New(before + count);
    for (Py_ssize_t number = 0; result != NULL && number < count; number++) {
        PyObject *value = capture(match, number);
        if (value == NULL)
            Py_CLEAR(result);
        else
            PyTuple_SET_ITEM(result, before + number, value);
    }
    return result;
}

/* Where the match is, and its captures. */
static PyObject *
places_and_captures(const Match *match)
{
    PyObject *captures = tuple_of_captures(match, 2, match->program->captures);
    return with_places(captures, match->start + 1, match->end);
}

static PyObject *
find_pattern(ARGUMENTS)
{
    Match match;
    int64_t at;
    if (!takes_pattern(arguments, count, keywords, &at))
        return hand_over(pure, arguments, count, keywords);
    if (at > PyUnicode_GET_LENGTH(arguments[0]))
        Py_RETURN_NONE;
    if (count > 3 && arguments[3] != Py_None && arguments[3] != Py_False)
        return find_plain(arguments[0], arguments[1], (Py_ssize_t)at);
    int found = find_first(&match, arguments[0], arguments[1], (Py_ssize_t)at);
    if (found < 0)
        return found == UNKNOWN ? hand_over(pure, arguments, count, keywords) : NULL;
    PyObject *result = found ? places_and_captures(&match) : new_reference(Py_None);
    end_match(&match);
    return result;
}

/* The captures as the values of a call. */
static PyObject *
captures_of(const Match *match)
{
    Py_ssize_t count = match->program->captures;
    return count < 2 ? capture(match, 0) : tuple_of_captures(match, 0, count);
}

static PyObject *
match_pattern(ARGUMENTS)
{
    Match match;
    int64_t at;
    if (!takes_pattern(arguments, count, keywords, &at))
        return hand_over(pure, arguments, count, keywords);
    if (at > PyUnicode_GET_LENGTH(arguments[0]))
        Py_RETURN_NONE;
    int found = find_first(&match, arguments[0], arguments[1], (Py_ssize_t)at);
    if (found < 0)
        return found == UNKNOWN ? hand_over(pure, arguments, count, keywords) : NULL;
    PyObject *result = found ? captures_of(&match) : new_reference(Py_None);
    end_match(&match);
    return result;
}

/* --------------------------------------------------------------------------------------------------------------- gmatch */

/* What `gmatch` returns: a Lua function that gives the captures of one match after the other. */
typedef struct {
    PyObject_HEAD
    PyObject *text;
    PyObject *capsule;
    Py_ssize_t at, last_end;
    vectorcallfunc vectorcall;
} Matches;

static PyObject *call_matches(PyObject *matches, PyObject *const *arguments, size_t count, PyObject *keywords);

static PyObject *
match_all(ARGUMENTS)
{
    int64_t at;
    if (!takes_pattern(arguments, count, keywords, &at))
        return hand_over(pure, arguments, count, keywords);
    PyObject *capsule = program_capsule(arguments[1], 0);
    if (capsule == NULL)
        return NULL;
    if (capsule == Py_None)
        return hand_over(pure, arguments, count, keywords);
    Matches *made = PyObject_New(Matches, matches_type);
    if (made == NULL)
        return NULL;
    made->text = new_reference(arguments[0]);
    made->capsule = new_reference(capsule);
    made->at = at > PyUnicode_GET_LENGTH(made->text) ? PyUnicode_GET_LENGTH(made->text) + 1 : (Py_ssize_t)at;
    made->last_end = -1;
    made->vectorcall = call_matches;
    return (PyObject *)made;
}

static void
free_matches(Matches *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_DECREF(self->text);
    Py_DECREF(self->capsule);
    PyObject_Free(self);
    Py_DECREF(type);
}

/* Looks for the next match of `self`; found or not, the match is to be ended then. */
static int
advance(Matches *self, Match *match)
{
    begin_match(match, self->capsule, self->text);
    int found = next_match(match, &self->at, &self->last_end);
    if (found < 0)
        end_match(match);
    return found;
}

static PyObject *
call_matches(PyObject *matches, PyObject *const *arguments, size_t count, PyObject *keywords)
{
    Match match;
    int found = advance((Matches *)matches, &match);
    if (found < 0)
        return NULL;
    PyObject *result = found ? captures_of(&match) : PyTuple_New(0);
    end_match(&match);
    return result;
}

/* The loop `for v1, ..., vn in gmatch(...)`. */
typedef struct {
    PyObject_HEAD
    PyObject *matches;
    Py_ssize_t count;
} MatchLoop;

static void
free_match_loop(MatchLoop *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_DECREF(self->matches);
    PyObject_Free(self);
    Py_DECREF(type);
}

/* As many captures as there are variables, nil for those that are missing. */
static PyObject *
values_for(const Match *match, Py_ssize_t wanted)
{
    if (wanted == 1)
        return capture(match, 0);
    Py_ssize_t captures = match->program->captures > 0 ? match->program->captures : 1;
    PyObject *values = tuple_of_captures(match, 0, captures < wanted ? captures : wanted);
    if (values == NULL || captures >= wanted || _PyTuple_Resize(&values, wanted) < 0)
        return values;
    for (; captures < wanted; captures++)
        PyTuple_SET_ITEM(values, captures, new_reference(Py_None));
    return values;
}

static PyObject *
next_values(MatchLoop *self)
{
    Match match;
    int found = advance((Matches *)self->matches, &match);
    if (found < 0)
        return NULL;
    PyObject *values = found ? values_for(&match, self->count) : NULL;
    end_match(&match);
    return values;
}

PyObject *
loop_over_matches(PyObject *function, Py_ssize_t wanted)
{
    MatchLoop *made = Py_IS_TYPE(function, matches_type) ? PyObject_New(MatchLoop, match_loop_type) : NULL;
    if (made == NULL)
        return NULL;
    made->matches = new_reference(function);
    made->count = wanted;
    return (PyObject *)made;
}

/* ----------------------------------------------------------------------------------------------------------------- types */

static PyMemberDef matches_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Matches, vectorcall), READONLY, NULL},
    {NULL},
};

static PyType_Slot matches_slots[] = {
    {Py_tp_dealloc, free_matches},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_members, matches_members},
    {0, NULL},
};

static PyType_Spec matches_spec = {
    "assay.runtime.accelerator._native.Matches",
    sizeof(Matches),
    0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    matches_slots,
};

static PyType_Slot match_loop_slots[] = {
    {Py_tp_dealloc, free_match_loop},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, next_values},
    {0, NULL},
};

static PyType_Spec match_loop_spec = {
    "assay.runtime.accelerator._native.MatchLoop",
    sizeof(MatchLoop),
    0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    match_loop_slots,
};

int
prepare_matching(void)
{
    matches_type = (PyTypeObject *)PyType_FromSpec(&matches_spec);
    match_loop_type = (PyTypeObject *)PyType_FromSpec(&match_loop_spec);
    return matches_type == NULL || match_loop_type == NULL ? -1 : 0;
}

PyMethodDef matching_functions[] = {
    BUILTIN("stdlib.matching.find", find_pattern),
    BUILTIN("stdlib.matching.match", match_pattern),
    BUILTIN("stdlib.matching.gmatch", match_all),
    {NULL},
};
