/* Making tables: constructors and `setmetatable`. */

#include "native.h"

/* A table whose keys are constants, some of which may be nil. */
static PyObject *
constructor(PyObject *pure, PyObject *fields)
{
    PyObject *value;
    Py_ssize_t place = 0;
    if (!PyDict_CheckExact(fields))
        return PyObject_CallOneArg(pure, fields);
    while (PyDict_Next(fields, &place, NULL, &value))
        if (value == Py_None)
            return PyObject_CallOneArg(pure, fields);
    return table_with(fields);
}

static PyObject *
sequence_of(ARGUMENTS)
{
    if (keywords != NULL)
        return hand_over(pure, arguments, count, keywords);
    for (Py_ssize_t place = 0; place < count; place++)
        if (arguments[place] == Py_None)
            return hand_over(pure, arguments, count, keywords);
    PyObject *made = empty_table();
    for (Py_ssize_t place = 0; made != NULL && place < count; place++) {
        PyObject *key = PyLong_FromSsize_t(place + 1);
        if (key == NULL || PyDict_SetItem(made, key, arguments[place]) < 0)
            Py_CLEAR(made);
        Py_XDECREF(key);
    }
    return made;
}

/* Gives a table that has none a metatable. The two classes are laid out alike, which `know_values` has checked. */
static PyObject *
set_metatable(ARGUMENTS)
{
    if (count != 2 || keywords != NULL || !Py_IS_TYPE(arguments[0], lua_table_type) || !is_any_table(arguments[1]))
        return hand_over(pure, arguments, count, keywords);
    PyObject **slot = metatable_slot(arguments[0]), *old = *slot;
    *slot = new_reference(arguments[1]);
    Py_XDECREF(old);
    Py_INCREF(table_with_metatable_type);
    Py_SET_TYPE(arguments[0], table_with_metatable_type);
    Py_DECREF(lua_table_type);
    return new_reference(arguments[0]);
}

PyMethodDef construction_functions[] = {
    BUILTIN_OF_ONE("tables.new_table", constructor),
    BUILTIN("tables.sequence", sequence_of),
    BUILTIN("stdlib.basic.setmetatable", set_metatable),
    {NULL},
};
