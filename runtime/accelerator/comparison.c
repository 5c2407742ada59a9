/* Comparing numbers, strings and tables without metatables: runtime/comparison.py. */

#include "native.h"

/* Are both integers, both floats or both strings? Then Python compares them as Lua does. */
static inline int
are_alike(PyObject *left, PyObject *right)
{
    PyTypeObject *type = Py_TYPE(left);
    return type == Py_TYPE(right)
        && (type == &PyUnicode_Type || type == &PyLong_Type || type == &PyFloat_Type);
}

static inline int
is_number(PyObject *value)
{
    return PyLong_CheckExact(value) || PyFloat_CheckExact(value);
}

/* Is this a value that equals only itself and what compares as a number, or by `__eq` with another table? */
static inline int
is_plain(PyObject *value)
{
    return PyUnicode_CheckExact(value) || is_number(value) || is_any_table(value) || value == Py_None
        || value == Py_True || value == Py_False;
}

/* Does the equality of two different plain values take more than looking at their types? */
static inline int
needs_python(PyObject *left, PyObject *right)
{
    if (is_number(left))
        return is_number(right);
    return Py_IS_TYPE(left, table_with_metatable_type) ? is_any_table(right)
                                                       : Py_IS_TYPE(right, table_with_metatable_type) && is_any_table(left);
}

/* 1 and 0 for equal and not, -1 when Python has to say. */
static int
equality(PyObject *left, PyObject *right)
{
    int64_t a, b;
    if (are_alike(left, right)) {
        if (PyLong_CheckExact(left))
            return to_int64(left, &a) && to_int64(right, &b) ? a == b : -1;
        if (PyFloat_CheckExact(left))
            return PyFloat_AS_DOUBLE(left) == PyFloat_AS_DOUBLE(right);
        if (left == right)
            return 1;
        if (PyUnicode_GET_LENGTH(left) != PyUnicode_GET_LENGTH(right))
            return 0;
        return PyUnicode_Compare(left, right) == 0;
    }
    if (left == right)
        return 1;
    if (is_plain(left) && is_plain(right) && !needs_python(left, right))
        return 0;
    return -1;
}

static PyObject *
is_equal(ARGUMENTS)
{
    int known = count == 2 ? equality(arguments[0], arguments[1]) : -1;
    return known < 0 ? hand_over(pure, arguments, count, keywords) : PyBool_FromLong(known);
}

static PyObject *
is_not_equal(ARGUMENTS)
{
    int known = count == 2 ? equality(arguments[0], arguments[1]) : -1;
    return known < 0 ? hand_over(pure, arguments, count, keywords) : PyBool_FromLong(!known);
}

#define ORDER(name, operator, python_operator)                                           \
    static PyObject *name(ARGUMENTS)                                                     \
    {                                                                                    \
        int64_t a, b;                                                                    \
        if (count == 2) {                                                                \
            PyObject *left = arguments[0], *right = arguments[1];                        \
            if (PyLong_CheckExact(left) && PyLong_CheckExact(right)                      \
                && to_int64(left, &a) && to_int64(right, &b))                            \
                return PyBool_FromLong(a operator b);                                    \
            if (are_alike(left, right) || (is_number(left) && is_number(right)))         \
                return PyObject_RichCompare(left, right, python_operator);               \
        }                                                                                \
        return hand_over(pure, arguments, count, keywords);                                        \
    }

ORDER(is_less, <, Py_LT)
ORDER(is_less_or_equal, <=, Py_LE)
ORDER(is_greater, >, Py_GT)
ORDER(is_greater_or_equal, >=, Py_GE)

PyMethodDef comparison_functions[] = {
    BUILTIN("comparison.eq", is_equal),
    BUILTIN("comparison.ne", is_not_equal),
    BUILTIN("comparison.lt", is_less),
    BUILTIN("comparison.le", is_less_or_equal),
    BUILTIN("comparison.gt", is_greater),
    BUILTIN("comparison.ge", is_greater_or_equal),
    {NULL},
};
