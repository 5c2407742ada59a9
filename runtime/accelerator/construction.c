/* Making tables: constructors, `setmetatable`, and what the two table classes get beyond what Python code can give them. */

#include "native.h"

static PyObject *empty_tuple;

/* LuaTable() */
static PyObject *
empty_table(void)
{
    return lua_table_type->tp_new(lua_table_type, empty_tuple, NULL);
}

/* LuaTable(fields) */
static PyObject *
table_with(PyObject *fields)
{
    PyObject *made = empty_table();
    if (made != NULL && PyDict_Merge(made, fields, 1) < 0)
        Py_CLEAR(made);
    return made;
}

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

/* Gives a table that has none a metatable. The two classes are laid out alike, which `prepare_construction` has checked. */
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

/* `__missing__` of LuaTable. No method: Python calls what it finds in a class with the key alone when that cannot be bound. */
static PyObject *
nothing_missing(PyObject *unused, PyObject *key)
{
    Py_RETURN_NONE;
}

static PyObject *pure_missing;

/* `__missing__` of TableWithMetatable. */
static PyObject *
inherited(PyObject *table, PyObject *key)
{
    int unknown = 0;
    PyObject *handler = PyDict_GetItemWithError(metatable_of(table), name_index), *value = NULL;
    if (handler != NULL) {
        if (is_any_table(handler))
            value = find(handler, key, &unknown);
        else
            unknown = 1;
    }
    if (PyErr_Occurred())
        return NULL;
    if (unknown)
        return PyObject_CallFunctionObjArgs(pure_missing, table, key, NULL);
    return new_reference(value == NULL ? Py_None : value);
}

static PyMethodDef missing_from_plain = {"__missing__", nothing_missing, METH_O, NULL};
static PyMethodDef missing_from_inherited = {"__missing__", inherited, METH_O, NULL};

int
prepare_construction(void)
{
    PyObject *plain = PyCFunction_New(&missing_from_plain, NULL);
    PyObject *method = PyDescr_NewMethod(table_with_metatable_type, &missing_from_inherited);
    empty_tuple = PyTuple_New(0);
    pure_missing = PyObject_GetAttrString((PyObject *)table_with_metatable_type, "__missing__");
    int good = plain != NULL && method != NULL && empty_tuple != NULL && pure_missing != NULL
        && PyObject_SetAttrString((PyObject *)lua_table_type, "__missing__", plain) == 0
        && PyObject_SetAttrString((PyObject *)table_with_metatable_type, "__missing__", method) == 0;
    Py_XDECREF(plain);
    Py_XDECREF(method);
    if (good)
        lua_table_type->tp_vectorcall = call_class;
    return good ? 0 : -1;
}

PyMethodDef construction_functions[] = {
    BUILTIN_OF_ONE("tables.new_table", constructor),
    BUILTIN("tables.sequence", sequence_of),
    BUILTIN("stdlib.basic.setmetatable", set_metatable),
    {NULL},
};
