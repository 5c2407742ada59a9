/* The functions of the string library without patterns and formats: runtime/stdlib/text.py. */

#include "native.h"
#include <string.h>

/* The longest string that `rep` makes. */
#define MOST_BYTES 2147483647

/* The index from 0 for a start position, and the one after an end position: negative ones count from the end. */
static inline Py_ssize_t
first_index(int64_t position, Py_ssize_t size)
{
    if (position > 0)
        return position > size ? size : (Py_ssize_t)position - 1;
    return position == 0 || position < -(int64_t)size ? 0 : size + (Py_ssize_t)position;
}

static inline Py_ssize_t
last_index(int64_t position, Py_ssize_t size)
{
    if (position >= 0)
        return position < size ? (Py_ssize_t)position : size;
    return position < -(int64_t)size ? 0 : size + (Py_ssize_t)position + 1;
}

/* The integer argument `place`, `absent` when it is nil or not there; false for any other value. */
static inline int
integer_argument(PyObject *const *arguments, Py_ssize_t count, Py_ssize_t place, int64_t absent, int64_t *value)
{
    *value = absent;
    if (place >= count || arguments[place] == Py_None)
        return 1;
    return PyLong_CheckExact(arguments[place]) && to_int64(arguments[place], value);
}

static PyObject *
substring(ARGUMENTS)
{
    int64_t first, last;
    if (keywords == NULL && count >= 2 && is_string(arguments[0]) && PyLong_CheckExact(arguments[1])
        && to_int64(arguments[1], &first) && integer_argument(arguments, count, 2, -1, &last)) {
        Py_ssize_t size = PyUnicode_GET_LENGTH(arguments[0]);
        return PyUnicode_Substring(arguments[0], first_index(first, size), last_index(last, size));
    }
    return hand_over(pure, arguments, count, keywords);
}

static PyObject *
bytes_of(ARGUMENTS)
{
    int64_t first, last;
    if (keywords == NULL && count >= 1 && is_string(arguments[0]) && integer_argument(arguments, count, 1, 1, &first)
        && integer_argument(arguments, count, 2, first, &last)) {
        const Py_UCS1 *data = PyUnicode_1BYTE_DATA(arguments[0]);
        Py_ssize_t size = PyUnicode_GET_LENGTH(arguments[0]);
        Py_ssize_t start = first_index(first, size), end = last_index(last, size);
        if (end - start == 1)
            return PyLong_FromLong(data[start]);
        PyObject *codes = PyTuple_New(end > start ? end - start : 0);
        for (Py_ssize_t at = start; codes != NULL && at < end; at++)
            PyTuple_SET_ITEM(codes, at - start, PyLong_FromLong(data[at])); /* small integers are always there */
        return codes;
    }
    return hand_over(pure, arguments, count, keywords);
}

#define MOST_CODES 64

static PyObject *
characters_of(ARGUMENTS)
{
    Py_UCS1 characters[MOST_CODES];
    int64_t code;
    if (keywords != NULL || count > MOST_CODES)
        return hand_over(pure, arguments, count, keywords);
    for (Py_ssize_t place = 0; place < count; place++) {
        if (!PyLong_CheckExact(arguments[place]) || !to_int64(arguments[place], &code) || code < 0 || code > 255)
            return hand_over(pure, arguments, count, keywords);
        characters[place] = (Py_UCS1)code;
    }
    return PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, characters, count);
}

static PyObject *
size_of(ARGUMENTS)
{
    if (keywords == NULL && count >= 1 && is_string(arguments[0]))
        return PyLong_FromSsize_t(PyUnicode_GET_LENGTH(arguments[0]));
    return hand_over(pure, arguments, count, keywords);
}

/* A string of `size` bytes, of which some are beyond ASCII when those of `like` are. */
static PyObject *
string_like(PyObject *like, Py_ssize_t size)
{
    return PyUnicode_New(size, PyUnicode_IS_ASCII(like) ? 127 : 255);
}

/* The string with the letters from `first` to `last` in the other case. */
static PyObject *
other_case(PyObject *string, Py_UCS1 first, Py_UCS1 last)
{
    Py_ssize_t size = PyUnicode_GET_LENGTH(string), at = 0;
    const Py_UCS1 *from = PyUnicode_1BYTE_DATA(string);
    while (at < size && (from[at] < first || from[at] > last))
        at++;
    if (at == size)
        return new_reference(string);
    PyObject *made = string_like(string, size);
    if (made == NULL)
        return NULL;
    Py_UCS1 *to = PyUnicode_1BYTE_DATA(made);
    for (at = 0; at < size; at++)
        to[at] = from[at] >= first && from[at] <= last ? from[at] ^ 32 : from[at];
    return made;
}

static PyObject *
lower_case(ARGUMENTS)
{
    if (keywords == NULL && count >= 1 && is_string(arguments[0]))
        return other_case(arguments[0], 'A', 'Z');
    return hand_over(pure, arguments, count, keywords);
}

static PyObject *
upper_case(ARGUMENTS)
{
    if (keywords == NULL && count >= 1 && is_string(arguments[0]))
        return other_case(arguments[0], 'a', 'z');
    return hand_over(pure, arguments, count, keywords);
}

static PyObject *
reversed(ARGUMENTS)
{
    if (keywords != NULL || count < 1 || !is_string(arguments[0]))
        return hand_over(pure, arguments, count, keywords);
    Py_ssize_t size = PyUnicode_GET_LENGTH(arguments[0]);
    PyObject *made = string_like(arguments[0], size);
    if (made != NULL && size > 0) {
        const Py_UCS1 *from = PyUnicode_1BYTE_DATA(arguments[0]);
        Py_UCS1 *to = PyUnicode_1BYTE_DATA(made) + size;
        for (Py_ssize_t at = 0; at < size; at++)
            *--to = from[at];
    }
    return made;
}

static PyObject *
repeated(ARGUMENTS)
{
    int64_t times;
    if (keywords != NULL || count < 2 || !is_string(arguments[0]) || !PyLong_CheckExact(arguments[1])
        || !to_int64(arguments[1], &times) || (count > 2 && arguments[2] != Py_None))
        return hand_over(pure, arguments, count, keywords);
    Py_ssize_t size = PyUnicode_GET_LENGTH(arguments[0]);
    if (times > 0 && size > MOST_BYTES / times)
        return hand_over(pure, arguments, count, keywords);
    if (times <= 0 || size == 0)
        return PyUnicode_New(0, 127);
    PyObject *made = string_like(arguments[0], size * (Py_ssize_t)times);
    if (made == NULL)
        return NULL;
    const Py_UCS1 *from = PyUnicode_1BYTE_DATA(arguments[0]);
    Py_UCS1 *to = PyUnicode_1BYTE_DATA(made);
    if (size == 1)
        memset(to, from[0], (size_t)times);
    else
        for (; times > 0; times--, to += size)
            memcpy(to, from, (size_t)size);
    return made;
}

PyMethodDef text_functions[] = {
    BUILTIN("stdlib.text.sub", substring),
    BUILTIN("stdlib.text.byte", bytes_of),
    BUILTIN("stdlib.text.char", characters_of),
    BUILTIN("stdlib.text.lua_len", size_of),
    BUILTIN("stdlib.text.lower", lower_case),
    BUILTIN("stdlib.text.upper", upper_case),
    BUILTIN("stdlib.text.reverse", reversed),
    BUILTIN("stdlib.text.rep", repeated),
    {NULL},
};
