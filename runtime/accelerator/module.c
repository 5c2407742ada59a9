/* The extension module: the table of contents of what is accelerated, and what Python tells it about the value model. */

#include "native.h"
#include <structmember.h>
#include <string.h>

#ifndef ASSAY_SOURCES
#error "setup.py gives the digest of the sources"
#endif

PyTypeObject *lua_table_type, *table_with_metatable_type, *lua_array_type;
PyObject *true_key, *false_key, *string_metatable;
PyObject *name_index, *name_newindex, *name_len, *name_pairs;

static PyMethodDef *const contents[] = {
    arithmetic_functions,   bitwise_functions,   comparison_functions, value_functions, table_functions,
    construction_functions, iteration_functions, sorting_functions,   matching_functions, substitution_functions,
    text_functions,         conversion_functions, table_library_functions, formatting_functions,
    coroutine_functions,    yielding_functions,   array_functions,
};

Py_ssize_t metatable_offset;

/* accelerate(name, function): the builtin for the function `name`, which hands other cases to `function`. */
static PyObject *
accelerate(PyObject *module, PyObject *arguments)
{
    const char *name;
    PyObject *function;
    if (!PyArg_ParseTuple(arguments, "sO:accelerate", &name, &function))
        return NULL;
    for (size_t part = 0; part < Py_ARRAY_LENGTH(contents); part++)
        for (PyMethodDef *found = contents[part]; found->ml_name != NULL; found++)
            if (strcmp(found->ml_name, name) == 0)
                return PyCFunction_New(found, function);
    return PyErr_Format(PyExc_LookupError, "no accelerated function %s", name);
}

/* The Python functions that the extension calls itself, by their names. */
static const struct {
    const char *name;
    PyObject **function;
} called[] = {
    {"stdlib.patterns.native_items", &native_items},
    {"stdlib.matching.replacement_text", &replacement_text},
    {"stdlib.formatting.python_format", &python_format},
};

/* know_function(name, function): the Python function `name`. */
static PyObject *
know_function(PyObject *module, PyObject *arguments)
{
    const char *name;
    PyObject *function;
    if (!PyArg_ParseTuple(arguments, "sO:know_function", &name, &function))
        return NULL;
    for (size_t place = 0; place < Py_ARRAY_LENGTH(called); place++)
        if (strcmp(called[place].name, name) == 0) {
            *called[place].function = new_reference(function);
            Py_RETURN_NONE;
        }
    return PyErr_Format(PyExc_LookupError, "the extension calls no function %s", name);
}

/* know_values(LuaTable, TableWithMetatable, LuaArray, metatable slot, true key, false key, metatable of strings) */
static PyObject *
know_values(PyObject *module, PyObject *arguments)
{
    PyTypeObject *plain, *with_metatable, *array;
    PyMemberDescrObject *slot;
    PyObject *true_stored, *false_stored, *strings;
    if (!PyArg_ParseTuple(arguments, "O!O!O!O!OOO!:know_values", &PyType_Type, &plain, &PyType_Type, &with_metatable,
                          &PyType_Type, &array, &PyMemberDescr_Type, &slot, &true_stored, &false_stored, &PyDict_Type, &strings))
        return NULL;
    if (slot->d_member->type != T_OBJECT_EX || plain->tp_basicsize != with_metatable->tp_basicsize
        || plain->tp_basicsize != array->tp_basicsize)
        return PyErr_Format(PyExc_TypeError, "tables are not laid out as expected");
    metatable_offset = slot->d_member->offset;
    true_key = new_reference(true_stored);
    false_key = new_reference(false_stored);
    string_metatable = new_reference(strings);
    lua_table_type = (PyTypeObject *)new_reference((PyObject *)plain);
    table_with_metatable_type = (PyTypeObject *)new_reference((PyObject *)with_metatable);
    lua_array_type = (PyTypeObject *)new_reference((PyObject *)array);
    if (prepare_classes() < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* names(): what `accelerate` knows. */
static PyObject *
names(PyObject *module, PyObject *unused)
{
    PyObject *found = PyList_New(0);
    for (size_t part = 0; found != NULL && part < Py_ARRAY_LENGTH(contents); part++)
        for (PyMethodDef *one = contents[part]; one->ml_name != NULL; one++) {
            PyObject *name = PyUnicode_FromString(one->ml_name);
            if (name == NULL || PyList_Append(found, name) < 0) {
                Py_XDECREF(name);
                Py_DECREF(found);
                return NULL;
            }
            Py_DECREF(name);
        }
    return found;
}

static PyMethodDef module_functions[] = {
    {"accelerate", accelerate, METH_VARARGS, NULL},
    {"know_function", know_function, METH_VARARGS, NULL},
    {"know_values", know_values, METH_VARARGS, NULL},
    {"know_coroutines", know_coroutines, METH_VARARGS, NULL},
    {"know_traversals", know_traversals, METH_VARARGS, NULL},
    {"wrapped_coroutine", wrapped_coroutine, METH_O, NULL},
    {"become_table", become_table_of, METH_O, NULL},
    {"names", names, METH_NOARGS, NULL},
    {NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_native", "Fast paths of the runtime's helpers.", -1, module_functions,
};

PyMODINIT_FUNC
PyInit__native(void)
{
    name_index = PyUnicode_InternFromString("__index");
    name_newindex = PyUnicode_InternFromString("__newindex");
    name_len = PyUnicode_InternFromString("__len");
    name_pairs = PyUnicode_InternFromString("__pairs");
    if (!name_index || !name_newindex || !name_len || !name_pairs || prepare_iteration() < 0 || prepare_matching() < 0
        || prepare_conversion() < 0 || prepare_coroutines() < 0 || prepare_wrapping() < 0
        || prepare_arrays() < 0)
        return NULL;
    PyObject *module = PyModule_Create(&definition);
    if (module != NULL
        && (PyModule_AddStringConstant(module, "SOURCES", ASSAY_SOURCES) < 0 || prepare_yielding(module) < 0))
        Py_CLEAR(module);
    return module;
}
