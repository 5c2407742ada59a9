/* Bitwise operators on integers: runtime/bitwise.py. */

#include "native.h"

#define BITWISE(name, operator)                                                          \
    static PyObject *name(ARGUMENTS)                                                     \
    {                                                                                    \
        int64_t a, b;                                                                    \
        if (count == 2 && PyLong_CheckExact(arguments[0]) && PyLong_CheckExact(arguments[1]) \
            && to_int64(arguments[0], &a) && to_int64(arguments[1], &b))                 \
            return PyLong_FromLongLong(a operator b);                                    \
        return hand_over(pure, arguments, count, keywords);                                        \
    }

BITWISE(bitwise_and, &)
BITWISE(bitwise_or, |)
BITWISE(bitwise_exclusive_or, ^)

/* Logical shifts: zeros come in at both ends. */
#define SHIFT(name, operator)                                                            \
    static PyObject *name(ARGUMENTS)                                                     \
    {                                                                                    \
        int64_t a, b;                                                                    \
        if (count == 2 && PyLong_CheckExact(arguments[0]) && PyLong_CheckExact(arguments[1]) \
            && to_int64(arguments[0], &a) && to_int64(arguments[1], &b) && b >= 0 && b < 64) \
            return PyLong_FromLongLong((int64_t)((uint64_t)a operator b));               \
        return hand_over(pure, arguments, count, keywords);                                        \
    }

SHIFT(shift_left, <<)
SHIFT(shift_right, >>)

PyMethodDef bitwise_functions[] = {
    BUILTIN("bitwise.band", bitwise_and),
    BUILTIN("bitwise.bor", bitwise_or),
    BUILTIN("bitwise.bxor", bitwise_exclusive_or),
    BUILTIN("bitwise.shl", shift_left),
    BUILTIN("bitwise.shr", shift_right),
    {NULL},
};
