/* Tables: runtime/tables.py. Metamethods that are tables are followed here, functions are called by Python. */

#include "native.h"

#define MOST_STEPS 100

PyObject *
find(PyObject *table, PyObject *key, int *unknown)
{
    *unknown = 0;
    for (int step = 0; step < MOST_STEPS; step++) {
        PyObject *value = PyDict_GetItemWithError(table, key);
        if (value != NULL)
            return value;
        if (PyErr_Occurred()) {
            *unknown = 1;
            return NULL;
        }
        if (Py_IS_TYPE(table, lua_table_type))
            return NULL;
        table = PyDict_GetItemWithError(metatable_of(table), name_index);
        if (table == NULL)
            return NULL;
        if (!is_any_table(table))
            break;
    }
    *unknown = 1;
    return NULL;
}

static PyObject *
index_value(ARGUMENTS)
{
    if (count == 2) {
        PyObject *container = arguments[0], *value;
        int unknown = 0;
        if (is_array(container) && !PyBool_Check(arguments[1]))
            return PyObject_GetItem(container, arguments[1]);
        if (PyUnicode_CheckExact(container) && string_metatable != NULL) {
            container = PyDict_GetItemWithError(string_metatable, name_index);
            if (container == NULL)
                return hand_over(pure, arguments, count, keywords);
        }
        if (is_any_table(container)) {
            value = find(container, lookup_key(arguments[1]), &unknown);
            if (!unknown)
                return new_reference(value == NULL ? Py_None : value);
            if (PyErr_Occurred())
                return NULL;
        }
    }
    return hand_over(pure, arguments, count, keywords);
}

/* Takes `key`, a string or an integer, out; 0 where that leaves a hole in a sequence, -1 with an exception set. */
static int
removed(PyObject *table, PyObject *key)
{
    int64_t place;
    int present = PyDict_Contains(table, key);
    if (present <= 0)
        return present < 0 ? -1 : 1;
    if (PyLong_CheckExact(key) && (!to_int64(key, &place) || place < PyDict_GET_SIZE(table)))
        return 0;
    return PyDict_DelItem(table, key) < 0 ? -1 : 1;
}

/* Is storing at `key` a matter of the table alone? -1 with an exception set. */
static int
stores_raw(PyObject *table, PyObject *key)
{
    if (Py_IS_TYPE(table, lua_table_type))
        return 1;
    int has_handler = PyDict_Contains(metatable_of(table), name_newindex);
    return has_handler <= 0 ? (has_handler < 0 ? -1 : 1) : PyDict_Contains(table, key);
}

static PyObject *
set_value(ARGUMENTS)
{
    if (count == 3 && is_array(arguments[0])) {
        int done = array_set(arguments[0], arguments[1], arguments[2]);
        if (done < 0)
            return NULL;
        if (done > 0)
            Py_RETURN_NONE;
    }
    if (count == 3 && is_any_table(arguments[0])
        && (PyUnicode_CheckExact(arguments[1]) || PyLong_CheckExact(arguments[1]))) {
        PyObject *table = arguments[0], *key = arguments[1], *value = arguments[2];
        int done = stores_raw(table, key);
        if (done > 0)
            done = value == Py_None ? removed(table, key) : PyDict_SetItem(table, key, value) < 0 ? -1 : 1;
        if (done < 0)
            return NULL;
        if (done > 0)
            Py_RETURN_NONE;
    }
    return hand_over(pure, arguments, count, keywords);
}

/* A string, or a table that is a sequence without other fields. */
static PyObject *
length_of(PyObject *pure, PyObject *value)
{
    if (PyUnicode_CheckExact(value))
        return PyLong_FromSsize_t(PyUnicode_GET_LENGTH(value));
    if (is_array(value))
        return PyLong_FromSsize_t(array_length(value));
    if (Py_IS_TYPE(value, lua_table_type)
        || (Py_IS_TYPE(value, table_with_metatable_type)
            && PyDict_GetItemWithError(metatable_of(value), name_len) == NULL)) {
        Py_ssize_t size = PyDict_GET_SIZE(value);
        if (size == 0 || (item_at(value, size) != NULL && item_at(value, size + 1) == NULL))
            return PyErr_Occurred() ? NULL : PyLong_FromSsize_t(size);
        if (PyErr_Occurred())
            return NULL;
    }
    return PyObject_CallOneArg(pure, value);
}

/* Makes a sequence without other fields longer. */
static PyObject *
append_value(ARGUMENTS)
{
    if (count == 2 && keywords == NULL && is_array(arguments[0]) && arguments[1] != Py_None)
        return array_append(arguments[0], arguments[1]) < 0 ? NULL : new_reference(Py_None);
    if (count != 2 || keywords != NULL || !Py_IS_TYPE(arguments[0], lua_table_type) || arguments[1] == Py_None)
        return hand_over(pure, arguments, count, keywords);
    PyObject *table = arguments[0];
    Py_ssize_t size = PyDict_GET_SIZE(table);
    if (size != 0 && item_at(table, size) == NULL)
        return PyErr_Occurred() ? NULL : hand_over(pure, arguments, count, keywords);
    PyObject *key = PyLong_FromSsize_t(size + 1);
    PyObject *stored = key == NULL ? NULL : PyDict_SetDefault(table, key, arguments[1]);
    Py_XDECREF(key);
    if (stored == NULL)
        return NULL;
    if (PyDict_GET_SIZE(table) == size)  /* there was an item behind the end */
        return hand_over(pure, arguments, count, keywords);
    Py_RETURN_NONE;
}

PyMethodDef table_functions[] = {
    BUILTIN("tables.append", append_value),
    BUILTIN("tables.index", index_value),
    BUILTIN("tables.setindex", set_value),
    BUILTIN_OF_ONE("tables.length", length_of),
    {NULL},
};
