/* The table library for sequences without metatables: runtime/stdlib/table.py. */

#include "native.h"

/* The length of a table when it is a matter of its number of fields, -1 where Python has to look or with an exception set. */
static Py_ssize_t
plain_length(PyObject *table)
{
    Py_ssize_t size = PyDict_GET_SIZE(table);
    if (size == 0 || (item_at(table, size) != NULL && item_at(table, size + 1) == NULL))
        return PyErr_Occurred() ? -1 : size;
    return -1;
}

/* The same for the table argument of a call, which may be anything. */
static Py_ssize_t
length_of_first(PyObject *const *arguments, Py_ssize_t count, PyObject *keywords)
{
    return keywords == NULL && count > 0 && Py_IS_TYPE(arguments[0], lua_table_type) ? plain_length(arguments[0]) : -1;
}

static int
store_at(PyObject *table, Py_ssize_t place, PyObject *value)
{
    PyObject *key = PyLong_FromSsize_t(place);
    int done = key == NULL ? -1 : PyDict_SetItem(table, key, value);
    Py_XDECREF(key);
    return done;
}

static int
delete_at(PyObject *table, Py_ssize_t place)
{
    PyObject *key = PyLong_FromSsize_t(place);
    int done = key == NULL ? -1 : PyDict_DelItem(table, key);
    Py_XDECREF(key);
    return done;
}

/* The items from `first` to `last` in a list, NULL when one is missing or with an exception set. */
static PyObject *
items_between(PyObject *table, Py_ssize_t first, Py_ssize_t last)
{
    PyObject *items = PyList_New(last - first + 1);
    for (Py_ssize_t place = first; items != NULL && place <= last; place++) {
        PyObject *item = item_at(table, place);
        if (item == NULL)
            Py_CLEAR(items);
        else
            PyList_SET_ITEM(items, place - first, new_reference(item));
    }
    return items;
}

static PyObject *
insert(ARGUMENTS)
{
    int64_t position;
    Py_ssize_t size = count == 2 || count == 3 ? length_of_first(arguments, count, keywords) : -1;
    if (size < 0 || arguments[count - 1] == Py_None)
        return PyErr_Occurred() ? NULL : hand_over(pure, arguments, count, keywords);
    PyObject *table = arguments[0];
    if (count == 3) {
        if (!PyLong_CheckExact(arguments[1]) || !to_int64(arguments[1], &position) || position < 1 || position > size + 1)
            return hand_over(pure, arguments, count, keywords);
        PyObject *items = items_between(table, (Py_ssize_t)position, size);
        if (items == NULL)
            return PyErr_Occurred() ? NULL : hand_over(pure, arguments, count, keywords);
        int done = 0;
        for (Py_ssize_t place = size; done == 0 && place >= position; place--)
            done = store_at(table, place + 1, PyList_GET_ITEM(items, place - (Py_ssize_t)position));
        Py_DECREF(items);
        if (done < 0)
            return NULL;
        size = (Py_ssize_t)position - 1;
    }
    return store_at(table, size + 1, arguments[count - 1]) < 0 ? NULL : PyTuple_New(0);
}

/* Takes out the item at `position` of a sequence; NULL where Python has to do it or with an exception set. */
static PyObject *
take_out(PyObject *table, Py_ssize_t position, Py_ssize_t size)
{
    PyObject *items = items_between(table, position, size);
    if (items == NULL)
        return NULL;
    int done = 0;
    for (Py_ssize_t place = position; done == 0 && place < size; place++)
        done = store_at(table, place, PyList_GET_ITEM(items, place - position + 1));
    if (done == 0)
        done = delete_at(table, size);
    PyObject *removed = done < 0 ? NULL : new_reference(PyList_GET_ITEM(items, 0));
    Py_DECREF(items);
    return removed;
}

static PyObject *
remove_item(ARGUMENTS)
{
    Py_ssize_t size = length_of_first(arguments, count, keywords);
    int64_t position = size;
    if (size == 0 && count == 1)
        Py_RETURN_NONE;
    if (size > 0 && (count == 1 || (PyLong_CheckExact(arguments[1]) && to_int64(arguments[1], &position)))
        && position >= 1 && position <= size) {
        PyObject *removed = take_out(arguments[0], (Py_ssize_t)position, size);
        if (removed != NULL)
            return removed;
    }
    return PyErr_Occurred() ? NULL : hand_over(pure, arguments, count, keywords);
}

/* The range of places that the arguments from `argument` on give, by default from 1 to the length; false where Python has to say. */
static int
places(PyObject *const *arguments, Py_ssize_t count, Py_ssize_t argument, int64_t *first, int64_t *last)
{
    *first = 1;
    if (count > argument && arguments[argument] != Py_None
        && !(PyLong_CheckExact(arguments[argument]) && to_int64(arguments[argument], first)))
        return 0;
    if (count > argument + 1 && arguments[argument + 1] != Py_None)
        return PyLong_CheckExact(arguments[argument + 1]) && to_int64(arguments[argument + 1], last);
    *last = plain_length(arguments[0]);
    return *last >= 0;
}

/* A list of strings to join, NULL where something else is among the items or with an exception set. */
static PyObject *
texts_between(PyObject *table, int64_t first, int64_t last)
{
    PyObject *texts = PyList_New((Py_ssize_t)(last - first + 1));
    for (int64_t place = first; texts != NULL && place <= last; place++) {
        PyObject *item = item_at(table, (Py_ssize_t)place);
        if (item != NULL)
            item = PyUnicode_CheckExact(item) ? new_reference(item) : number_text(item);
        if (item == NULL)
            Py_CLEAR(texts);
        else
            PyList_SET_ITEM(texts, (Py_ssize_t)(place - first), item);
    }
    return texts;
}

static PyObject *
join(ARGUMENTS)
{
    int64_t first, last;
    if (keywords == NULL && count > 0 && Py_IS_TYPE(arguments[0], lua_table_type)
        && (count == 1 || arguments[1] == Py_None || PyUnicode_CheckExact(arguments[1]))
        && places(arguments, count, 2, &first, &last)) {
        if (first > last)
            return PyUnicode_New(0, 127);
        /* A longer range has a place without an item. */
        if (first > 0 && last - first < PyDict_GET_SIZE(arguments[0])) {
            PyObject *texts = texts_between(arguments[0], first, last);
            if (texts != NULL) {
                PyObject *between = count > 1 && arguments[1] != Py_None ? new_reference(arguments[1]) : PyUnicode_New(0, 127);
                PyObject *joined = between == NULL ? NULL : PyUnicode_Join(between, texts);
                Py_XDECREF(between);
                Py_DECREF(texts);
                return joined;
            }
        }
    }
    return PyErr_Occurred() ? NULL : hand_over(pure, arguments, count, keywords);
}

#define MOST_UNPACKED 100000

static PyObject *
unpack(ARGUMENTS)
{
    int64_t first, last;
    if (keywords != NULL || count == 0 || !Py_IS_TYPE(arguments[0], lua_table_type)
        || !places(arguments, count, 1, &first, &last) || first < -MOST_UNPACKED || last > INT32_MAX
        || last - first >= MOST_UNPACKED)
        return PyErr_Occurred() ? NULL : hand_over(pure, arguments, count, keywords);
    Py_ssize_t size = first > last ? 0 : (Py_ssize_t)(last - first + 1);
    PyObject *values = size == 1 ? NULL : PyTuple_New(size);
    for (Py_ssize_t place = 0; place < size && (size == 1 || values != NULL); place++) {
        PyObject *item = item_at(arguments[0], (Py_ssize_t)first + place);
        if (item == NULL && PyErr_Occurred()) {
            Py_CLEAR(values);
            return NULL;
        }
        item = new_reference(item == NULL ? Py_None : item);
        if (size == 1)
            return item;
        PyTuple_SET_ITEM(values, place, item);
    }
    return values;
}

PyMethodDef table_library_functions[] = {
    BUILTIN("stdlib.table.insert", insert),
    BUILTIN("stdlib.table.remove", remove_item),
    BUILTIN("stdlib.table.concat", join),
    BUILTIN("stdlib.table.unpack", unpack),
    {NULL},
};
