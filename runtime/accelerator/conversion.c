/* Numbers as text, text as numbers, and types: runtime/numbers.py, and tostring, tonumber and type of runtime/stdlib/basic.py. */

#include "native.h"
#include <math.h>
#include <string.h>

#define MOST_DIGITS 24

PyObject *
integer_text(int64_t value)
{
    char digits[MOST_DIGITS], *end = digits + MOST_DIGITS, *from = end;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do
        *--from = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (value < 0)
        *--from = '-';
    PyObject *text = PyUnicode_New(end - from, 127);
    if (text != NULL)
        memcpy(PyUnicode_1BYTE_DATA(text), from, (size_t)(end - from));
    return text;
}

/* As C's "%.14g", with ".0" where that looks like an integer. */
static PyObject *
float_text(double value)
{
    if (value != value)
        return PyUnicode_FromString(signbit(value) ? "-nan" : "nan");
    char *text = PyOS_double_to_string(value, 'g', 14, 0, NULL);
    if (text == NULL)
        return NULL;
    PyObject *made = text[strspn(text, "-0123456789")] == '\0' ? PyUnicode_FromFormat("%s.0", text) : PyUnicode_FromString(text);
    PyMem_Free(text);
    return made;
}

PyObject *
number_text(PyObject *value)
{
    int64_t integer;
    if (PyLong_CheckExact(value))
        return to_int64(value, &integer) ? integer_text(integer) : PyObject_Str(value);
    return PyFloat_CheckExact(value) ? float_text(PyFloat_AS_DOUBLE(value)) : NULL;
}

static PyObject *name_nil, *name_true, *name_false, *name_boolean, *name_number, *name_string, *name_table, *name_function;

PyObject *
constant_text(PyObject *value)
{
    if (value == Py_None)
        return new_reference(name_nil);
    if (PyBool_Check(value))
        return new_reference(value == Py_True ? name_true : name_false);
    return number_text(value);
}

static PyObject *
to_string(ARGUMENTS)
{
    if (count < 1 || keywords != NULL)
        return hand_over(pure, arguments, count, keywords);
    PyObject *text = PyUnicode_CheckExact(arguments[0]) ? new_reference(arguments[0]) : constant_text(arguments[0]);
    return text != NULL || PyErr_Occurred() ? text : hand_over(pure, arguments, count, keywords);
}

static int
is_space(Py_UCS1 character)
{
    return character == ' ' || (character >= '\t' && character <= '\r');
}

static int
is_digit(Py_UCS1 character)
{
    return character >= '0' && character <= '9';
}

#define MOST_FLOAT_CHARACTERS 60
#define MOST_SAFE_DIGITS 18

/* The float that the characters are, if they are decimal; NULL without an exception where Python has to say. */
static PyObject *
read_float(const Py_UCS1 *from, const Py_UCS1 *end)
{
    char buffer[MOST_FLOAT_CHARACTERS + 1];
    size_t size = (size_t)(end - from);
    if (size > MOST_FLOAT_CHARACTERS)
        return NULL;
    memcpy(buffer, from, size);
    buffer[size] = '\0';
    if (strspn(buffer, "+-.eE0123456789") != size)
        return NULL;
    double value = PyOS_string_to_double(buffer, NULL, NULL);
    if (value == -1.0 && PyErr_Occurred()) {
        PyErr_Clear();
        return NULL;
    }
    return PyFloat_FromDouble(value);
}

/* The number that a string denotes, or None; NULL without an exception where Python has to say. */
static PyObject *
read_number(PyObject *string)
{
    const Py_UCS1 *from = PyUnicode_1BYTE_DATA(string), *end = from + PyUnicode_GET_LENGTH(string);
    while (from < end && is_space(*from))
        from++;
    while (from < end && is_space(end[-1]))
        end--;
    const Py_UCS1 *digits = from + (from < end && (*from == '-' || *from == '+')), *at = digits;
    if (digits == end || !(is_digit(*digits) || *digits == '.'))
        return new_reference(Py_None);
    int64_t value = 0;
    for (; at < end && is_digit(*at) && at - digits < MOST_SAFE_DIGITS; at++)
        value = value * 10 + (*at - '0');
    if (at == end)
        return PyLong_FromLongLong(*from == '-' ? -value : value);
    return is_digit(*at) ? NULL : read_float(from, end);
}

static PyObject *
to_number(ARGUMENTS)
{
    if (keywords == NULL && (count == 1 || (count > 1 && arguments[1] == Py_None))) {
        if (PyLong_CheckExact(arguments[0]) || PyFloat_CheckExact(arguments[0]))
            return new_reference(arguments[0]);
        if (is_string(arguments[0])) {
            PyObject *number = read_number(arguments[0]);
            if (number != NULL || PyErr_Occurred())
                return number;
        }
    }
    return hand_over(pure, arguments, count, keywords);
}

static PyObject *
type_of(ARGUMENTS)
{
    if (count < 1 || keywords != NULL)
        return hand_over(pure, arguments, count, keywords);
    PyObject *value = arguments[0];
    if (PyUnicode_CheckExact(value))
        return new_reference(name_string);
    if (is_any_table(value))
        return new_reference(name_table);
    if (PyLong_CheckExact(value) || PyFloat_CheckExact(value))
        return new_reference(name_number);
    if (PyFunction_Check(value) || PyCFunction_CheckExact(value))
        return new_reference(name_function);
    if (value == Py_None)
        return new_reference(name_nil);
    if (PyBool_Check(value))
        return new_reference(name_boolean);
    return hand_over(pure, arguments, count, keywords);
}

int
prepare_conversion(void)
{
    name_nil = PyUnicode_InternFromString("nil");
    name_true = PyUnicode_InternFromString("true");
    name_false = PyUnicode_InternFromString("false");
    name_boolean = PyUnicode_InternFromString("boolean");
    name_number = PyUnicode_InternFromString("number");
    name_string = PyUnicode_InternFromString("string");
    name_table = PyUnicode_InternFromString("table");
    name_function = PyUnicode_InternFromString("function");
    return name_nil && name_true && name_false && name_boolean && name_number && name_string && name_table && name_function
        ? 0
        : -1;
}

PyMethodDef conversion_functions[] = {
    BUILTIN("stdlib.basic.tostring", to_string),
    BUILTIN("stdlib.basic.tonumber", to_number),
    BUILTIN("stdlib.basic.lua_type", type_of),
    {NULL},
};
