/* string.format, by Python's `%` operator where that does the same: runtime/stdlib/formatting.py. */

#include "native.h"
#include <math.h>
#include <string.h>

#define MOST_TEMPLATES 512

PyObject *python_format;

static PyObject *templates;

/* What `python_format` says of a template, borrowed: the text for `%` and a letter for each value, or None. */
static PyObject *
known_template(PyObject *template)
{
    if (python_format == NULL)
        return Py_None;
    if (templates == NULL && (templates = PyDict_New()) == NULL)
        return NULL;
    PyObject *found = PyDict_GetItemWithError(templates, template);
    if (found != NULL || PyErr_Occurred())
        return found;
    if (PyDict_GET_SIZE(templates) >= MOST_TEMPLATES)
        PyDict_Clear(templates);
    found = PyObject_CallOneArg(python_format, template);
    int kept = found == NULL ? -1 : PyDict_SetItem(templates, template, found);
    Py_XDECREF(found);
    return kept < 0 ? NULL : found;
}

static PyObject *
as_text(PyObject *value, char letter)
{
    if (is_string(value)) {
        if (letter == 'S' && PyUnicode_FindChar(value, 0, 0, PyUnicode_GET_LENGTH(value), 1) >= 0)
            return NULL;
        return new_reference(value);
    }
    return constant_text(value);
}

static PyObject *
as_float(PyObject *value)
{
    double number;
    if (!to_double(value, &number) || !isfinite(number))
        return NULL;
    return PyFloat_CheckExact(value) ? new_reference(value) : PyFloat_FromDouble(number);
}

static PyObject *
as_integer(PyObject *value, char letter)
{
    int64_t number;
    if (PyLong_CheckExact(value)) {
        if (!to_int64(value, &number))
            return NULL;
    }
    else if (PyFloat_CheckExact(value) && PyFloat_AS_DOUBLE(value) == floor(PyFloat_AS_DOUBLE(value))
             && fabs(PyFloat_AS_DOUBLE(value)) < 9e18)
        number = (int64_t)PyFloat_AS_DOUBLE(value);
    else
        return NULL;
    if (letter == 'd')
        return PyLong_CheckExact(value) ? new_reference(value) : PyLong_FromLongLong(number);
    return PyLong_FromUnsignedLongLong((uint64_t)number);
}

/* The value as Python's operator takes it, NULL without an exception where it does not do the same. */
static PyObject *
converted(PyObject *value, char letter)
{
    return letter == 's' || letter == 'S' ? as_text(value, letter) : letter == 'f' ? as_float(value) : as_integer(value, letter);
}

static PyObject *
format(ARGUMENTS)
{
    if (keywords != NULL || count < 1 || !is_string(arguments[0]))
        return hand_over(pure, arguments, count, keywords);
    PyObject *known = known_template(arguments[0]);
    if (known == NULL)
        return NULL;
    if (known == Py_None)
        return hand_over(pure, arguments, count, keywords);
    const char *letters = PyBytes_AS_STRING(PyTuple_GET_ITEM(known, 1));
    Py_ssize_t wanted = PyBytes_GET_SIZE(PyTuple_GET_ITEM(known, 1));
    PyObject *values = wanted >= count ? NULL : PyTuple_New(wanted), *result = NULL;
    for (Py_ssize_t place = 0; values != NULL && place < wanted; place++) {
        PyObject *value = converted(arguments[place + 1], letters[place]);
        if (value == NULL)
            Py_CLEAR(values);
        else
            PyTuple_SET_ITEM(values, place, value);
    }
    if (values != NULL) {
        result = PyUnicode_Format(PyTuple_GET_ITEM(known, 0), values);
        Py_DECREF(values);
    }
    return result != NULL || PyErr_Occurred() ? result : hand_over(pure, arguments, count, keywords);
}

PyMethodDef formatting_functions[] = {
    BUILTIN("stdlib.formatting.lua_format", format),
    {NULL},
};
