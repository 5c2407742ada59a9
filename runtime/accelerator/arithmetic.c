/* Arithmetic on integers and floats: runtime/arithmetic.py. Strings, metamethods and errors are left to Python. */

#include "native.h"
#include <math.h>

/* Integers wrap to 64 bits, which unsigned arithmetic does by itself; a float operand makes a float. */
#define ADDITIVE(name, operator)                                                          \
    static PyObject *name(ARGUMENTS)                                                      \
    {                                                                                     \
        int64_t a, b;                                                                     \
        double x, y;                                                                      \
        if (count == 2) {                                                                 \
            if (PyLong_CheckExact(arguments[0]) && PyLong_CheckExact(arguments[1])) {     \
                if (to_int64(arguments[0], &a) && to_int64(arguments[1], &b))             \
                    return PyLong_FromLongLong((int64_t)((uint64_t)a operator (uint64_t)b)); \
            }                                                                             \
            else if (to_double(arguments[0], &x) && to_double(arguments[1], &y))          \
                return PyFloat_FromDouble(x operator y);                                  \
        }                                                                                 \
        return hand_over(pure, arguments, count, keywords);                                         \
    }

ADDITIVE(add, +)
ADDITIVE(subtract, -)
ADDITIVE(multiply, *)

static PyObject *
divide(ARGUMENTS)
{
    double x, y;
    if (count == 2 && to_double(arguments[0], &x) && to_double(arguments[1], &y) && y != 0.0)
        return PyFloat_FromDouble(x / y);
    return hand_over(pure, arguments, count, keywords);
}

static PyObject *
floor_divide(ARGUMENTS)
{
    int64_t a, b;
    double x, y;
    if (count == 2) {
        if (PyLong_CheckExact(arguments[0]) && PyLong_CheckExact(arguments[1])) {
            /* Without -1, by which the least integer cannot be divided. */
            if (to_int64(arguments[0], &a) && to_int64(arguments[1], &b) && b != 0 && b != -1)
                return PyLong_FromLongLong(a / b - (a % b != 0 && (a < 0) != (b < 0)));
        }
        else if (to_double(arguments[0], &x) && to_double(arguments[1], &y) && y != 0.0)
            return PyFloat_FromDouble(floor(x / y));
    }
    return hand_over(pure, arguments, count, keywords);
}

static PyObject *
modulo(ARGUMENTS)
{
    int64_t a, b;
    double x, y;
    if (count == 2) {
        if (PyLong_CheckExact(arguments[0]) && PyLong_CheckExact(arguments[1])) {
            if (to_int64(arguments[0], &a) && to_int64(arguments[1], &b) && b != 0 && b != -1) {
                int64_t remainder = a % b;
                if (remainder != 0 && (remainder < 0) != (b < 0))
                    remainder += b;
                return PyLong_FromLongLong(remainder);
            }
        }
        else if (to_double(arguments[0], &x) && to_double(arguments[1], &y) && isfinite(x)
                 && isfinite(y) && y != 0.0) {
            double remainder = fmod(x, y);
            if (y > 0.0 ? remainder < 0.0 : remainder > 0.0)
                remainder += y;
            return PyFloat_FromDouble(remainder);
        }
    }
    return hand_over(pure, arguments, count, keywords);
}

static PyObject *
negate(ARGUMENTS)
{
    int64_t a;
    if (count == 1) {
        if (PyLong_CheckExact(arguments[0]) && to_int64(arguments[0], &a))
            return PyLong_FromLongLong((int64_t)(0 - (uint64_t)a));
        if (PyFloat_CheckExact(arguments[0]))
            return PyFloat_FromDouble(-PyFloat_AS_DOUBLE(arguments[0]));
    }
    return hand_over(pure, arguments, count, keywords);
}

PyMethodDef arithmetic_functions[] = {
    BUILTIN("arithmetic.add", add),
    BUILTIN("arithmetic.sub", subtract),
    BUILTIN("arithmetic.mul", multiply),
    BUILTIN("arithmetic.div", divide),
    BUILTIN("arithmetic.idiv", floor_divide),
    BUILTIN("arithmetic.mod", modulo),
    BUILTIN("arithmetic.neg", negate),
    {NULL},
};
