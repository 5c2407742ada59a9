/* Truth, results of calls, and concatenation: runtime/values.py, runtime/calls.py, runtime/strings.py. */

#include "native.h"
#include <string.h>

static PyObject *
is_true(PyObject *pure, PyObject *value)
{
    return PyBool_FromLong(value != Py_None && value != Py_False);
}

static PyObject *
first_result(PyObject *pure, PyObject *result)
{
    if (PyTuple_CheckExact(result))
        result = PyTuple_GET_SIZE(result) ? PyTuple_GET_ITEM(result, 0) : Py_None;
    return new_reference(result);
}

#define MOST_OPERANDS 16

/* Strings and numbers; a Lua string is one byte for each character. */
static PyObject *
concatenate(ARGUMENTS)
{
    PyObject *texts[MOST_OPERANDS], *result = NULL;
    Py_ssize_t known = 0, length = 0;
    Py_UCS4 greatest = 127;
    if (keywords != NULL || count > MOST_OPERANDS)
        return hand_over(pure, arguments, count, keywords);
    for (; known < count; known++) {
        PyObject *operand = arguments[known];
        if (PyUnicode_CheckExact(operand))
            Py_INCREF(operand);
        else if ((operand = number_text(operand)) == NULL)
            break;
        texts[known] = operand;
        if (PyUnicode_KIND(operand) != PyUnicode_1BYTE_KIND) {
            known++;
            break;
        }
        length += PyUnicode_GET_LENGTH(operand);
        if (!PyUnicode_IS_ASCII(operand))
            greatest = 255;
    }
    if (known == count && !PyErr_Occurred() && (count == 0 || PyUnicode_KIND(texts[count - 1]) == PyUnicode_1BYTE_KIND)
        && (result = PyUnicode_New(length, greatest)) != NULL) {
        Py_UCS1 *end = PyUnicode_1BYTE_DATA(result);
        for (Py_ssize_t place = 0; place < count; place++) {
            Py_ssize_t size = PyUnicode_GET_LENGTH(texts[place]);
            memcpy(end, PyUnicode_1BYTE_DATA(texts[place]), (size_t)size);
            end += size;
        }
    }
    while (known > 0)
        Py_DECREF(texts[--known]);
    return result != NULL || PyErr_Occurred() ? result : hand_over(pure, arguments, count, keywords);
}

PyMethodDef value_functions[] = {
    BUILTIN_OF_ONE("values.truthy", is_true),
    BUILTIN_OF_ONE("calls.first", first_result),
    BUILTIN("strings.concat", concatenate),
    {NULL},
};
