/* What the two table classes get beyond what Python code can give them: how they are called, and how they are subscripted.

   A subclass of dict that is written in Python looks up `__getitem__` by its name for every subscript, which takes longer than
   the subscript itself. */

#include "native.h"

PyObject *empty_tuple;

static PyObject *pure_missing;

PyObject *
empty_table(void)
{
    return lua_table_type->tp_new(lua_table_type, empty_tuple, NULL);
}

PyObject *
table_with(PyObject *fields)
{
    PyObject *made = empty_table();
    if (made != NULL && PyDict_Merge(made, fields, 1) < 0)
        Py_CLEAR(made);
    return made;
}

/* Calling the class LuaTable. */
static PyObject *
call_class(PyObject *type, PyObject *const *arguments, size_t count_and_flag, PyObject *keywords)
{
    Py_ssize_t count = PyVectorcall_NARGS(count_and_flag);
    if (keywords == NULL && count == 0)
        return empty_table();
    if (keywords == NULL && count == 1 && PyDict_CheckExact(arguments[0]))
        return table_with(arguments[0]);
    PyObject *positional = PyTuple_New(count), *named = keywords == NULL ? NULL : PyDict_New(), *made = NULL;
    if (positional != NULL && (keywords == NULL || named != NULL)) {
        for (Py_ssize_t place = 0; place < count; place++)
            PyTuple_SET_ITEM(positional, place, new_reference(arguments[place]));
        int good = 1;
        for (Py_ssize_t place = 0; good && keywords != NULL && place < PyTuple_GET_SIZE(keywords); place++)
            good = PyDict_SetItem(named, PyTuple_GET_ITEM(keywords, place), arguments[count + place]) == 0;
        if (good)
            made = PyType_Type.tp_call(type, positional, named);
    }
    Py_XDECREF(positional);
    Py_XDECREF(named);
    return made;
}

/* `table[key]` where `table` has no metatable. */
static PyObject *
plain_subscript(PyObject *table, PyObject *key)
{
    PyObject *value = PyDict_GetItemWithError(table, key);
    if (value == NULL)
        return PyErr_Occurred() ? NULL : new_reference(Py_None);
    return new_reference(value);
}

/* `table[key]` where `table` has a metatable. */
static PyObject *
inherited_subscript(PyObject *table, PyObject *key)
{
    int unknown = 0;
    PyObject *value = find(table, key, &unknown);
    if (unknown)
        return PyErr_Occurred() ? NULL : PyObject_CallFunctionObjArgs(pure_missing, table, key, NULL);
    return new_reference(value == NULL ? Py_None : value);
}

int
prepare_classes(void)
{
    empty_tuple = PyTuple_New(0);
    pure_missing = PyObject_GetAttrString((PyObject *)table_with_metatable_type, "__missing__");
    if (empty_tuple == NULL || pure_missing == NULL)
        return -1;
    lua_table_type->tp_vectorcall = call_class;
    lua_table_type->tp_as_mapping->mp_subscript = plain_subscript;
    table_with_metatable_type->tp_as_mapping->mp_subscript = inherited_subscript;
    prepare_array_class();
    return 0;
}
