/* Real Lua's quicksort, comparison by comparison: the same steps as in runtime/stdlib/sorting.py, which says why. */

#include "native.h"

#define LARGE 100
#define SPREAD 0x9E3779B9

typedef struct {
    Py_ssize_t low, high;
    int spread;
} Part;

/* Does the Lua function put `left` before `right`? -1 with an exception set. */
static int
is_before(PyObject *comparison, PyObject *left, PyObject *right)
{
    PyObject *operands[] = {left, right};
    PyObject *result = PyObject_Vectorcall(comparison, operands, 2, NULL), *value = result;
    if (result == NULL)
        return -1;
    if (PyTuple_CheckExact(result))
        value = PyTuple_GET_SIZE(result) ? PyTuple_GET_ITEM(result, 0) : Py_None;
    int found = value != Py_None && value != Py_False;
    Py_DECREF(result);
    return found;
}

static inline void
swap(PyObject **items, Py_ssize_t one, Py_ssize_t other)
{
    PyObject *item = items[one];
    items[one] = items[other];
    items[other] = item;
}

/* Orders the first, a middle and the last item of a part; the place of the middle one, -1 with an exception set. */
static Py_ssize_t
median(PyObject **items, Part part, PyObject *comparison)
{
    Py_ssize_t low = part.low, high = part.high, middle = (low + high) / 2;
    int found = is_before(comparison, items[high], items[low]);
    if (found < 0)
        return -1;
    if (found)
        swap(items, low, high);
    if (high - low == 1)
        return low;
    if (part.spread && high - low >= LARGE) {
        Py_ssize_t quarter = (high - low) / 4;
        middle = (Py_ssize_t)(SPREAD % (uint64_t)(quarter * 2)) + low + quarter;
    }
    found = is_before(comparison, items[middle], items[low]);
    if (found > 0)
        swap(items, middle, low);
    else if (found == 0) {
        found = is_before(comparison, items[high], items[middle]);
        if (found > 0)
            swap(items, high, middle);
    }
    return found < 0 ? -1 : middle;
}

#define FAILED (-1)
#define CONTRADICTION (-2)

/* Moves what is before the pivot, which stands before the last item, to its left; the pivot's new place. */
static Py_ssize_t
partition(PyObject **items, Part part, PyObject *comparison)
{
    Py_ssize_t low = part.low, high = part.high, left = low, right = high - 1;
    PyObject *pivot = items[high - 1];
    for (;;) {
        int found;
        while ((found = is_before(comparison, items[++left], pivot)) > 0)
            if (left == high - 1)
                return CONTRADICTION;
        if (found < 0)
            return FAILED;
        while ((found = is_before(comparison, pivot, items[--right])) > 0)
            if (right < left)
                return CONTRADICTION;
        if (found < 0)
            return FAILED;
        if (right < left) {
            swap(items, high - 1, left);
            return left;
        }
        swap(items, left, right);
    }
}

/* Room for the parts that wait: the smaller part is always sorted first, so that there are at most as many as a size has bits. */
#define MOST_PARTS 64

/* quicksort(items, comparison): False when the comparison contradicts itself. */
static PyObject *
quicksort(ARGUMENTS)
{
    Part waiting[MOST_PARTS];
    int parts = 1;
    if (count != 2 || keywords != NULL || !PyList_CheckExact(arguments[0]))
        return hand_over(pure, arguments, count, keywords);
    /* Nobody else has the list: `sort` has made it. */
    PyObject **items = ((PyListObject *)arguments[0])->ob_item, *comparison = arguments[1];
    waiting[0] = (Part){0, PyList_GET_SIZE(arguments[0]) - 1, 0};
    while (parts > 0) {
        Part part = waiting[--parts];
        while (part.low < part.high) {
            Py_ssize_t place = median(items, part, comparison);
            if (place < 0)
                return NULL;
            if (part.high - part.low <= 2)
                break;
            swap(items, place, part.high - 1);
            place = partition(items, part, comparison);
            if (place < 0) {
                if (place == FAILED)
                    return NULL;
                Py_RETURN_FALSE;
            }
            Part smaller = {part.low, place - 1, 0}, larger = {place + 1, part.high, 0};
            Py_ssize_t size = place - part.low;
            if (size >= part.high - place) {
                Part other = smaller;
                smaller = larger;
                larger = other;
                size = part.high - place;
            }
            larger.spread = smaller.spread = part.spread;
            if ((larger.high - larger.low) / 128 > size)
                larger.spread = 1;
            waiting[parts++] = larger;
            part = smaller;
        }
    }
    Py_RETURN_TRUE;
}

PyMethodDef sorting_functions[] = {
    BUILTIN("stdlib.sorting._quicksort", quicksort),
    {NULL},
};
