/* What the files of the extension share: the value model in C, and how a helper gives a case back to Python.

   Every helper is a builtin whose `self` is the pure Python function of the same name. It answers the common cases;
   whatever else it is given, and every error, it hands to that function with `hand_over`. So the meaning of a helper
   stands in Python, in one place, and an error passes the same Python frames as without the extension. */

#ifndef ASSAY_NATIVE_H
#define ASSAY_NATIVE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

/* Ours alone: a function of another library may have the same name. */
#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* What runtime/values.py has told the module; NULL until then, so that nothing is taken for a table before. */
extern PyTypeObject *lua_table_type;           /* a table without a metatable */
extern PyTypeObject *table_with_metatable_type;
extern PyTypeObject *lua_array_type;          /* a table whose items are a C array */
extern PyObject *true_key, *false_key;         /* how booleans are stored as keys */
extern PyObject *string_metatable;

/* Names of metamethods, interned. */
extern PyObject *name_index, *name_newindex, *name_len, *name_pairs;

/* The functions of each file, by the names of their pure twins relative to assay.runtime; ended by one without a name. */
extern PyMethodDef arithmetic_functions[], bitwise_functions[], comparison_functions[];
extern PyMethodDef value_functions[], table_functions[], array_functions[], construction_functions[];
extern PyMethodDef iteration_functions[], sorting_functions[], matching_functions[];
extern PyMethodDef substitution_functions[], text_functions[], conversion_functions[];
extern PyMethodDef table_library_functions[], formatting_functions[];
extern PyMethodDef coroutine_functions[], yielding_functions[];

/* Python functions that the extension calls. */
extern PyObject *native_items, *replacement_text, *python_format;

/* What a file prepares: its types and words; the table classes, once they are known. -1 with an exception set on failure. */
int prepare_iteration(void);
int prepare_coroutines(void);
int prepare_yielding(PyObject *module);
int prepare_wrapping(void);
int prepare_matching(void);
int prepare_conversion(void);
int prepare_classes(void);
int prepare_arrays(void);
void prepare_array_class(void);

/* Iterators over what string.gmatch and coroutine.wrap gave, of `wanted` values; NULL for any other function, or with an
   exception set. */
PyObject *loop_over_matches(PyObject *function, Py_ssize_t wanted);
PyObject *loop_over_wrapped(PyObject *function, PyObject *state, PyObject *control, Py_ssize_t wanted);

/* What a table is made with: no arguments. */
extern PyObject *empty_tuple;

/* LuaTable(), and LuaTable(fields) of a dict. */
PyObject *empty_table(void);
PyObject *table_with(PyObject *fields);

/* An int or a float as `tostring` shows it; NULL for anything else, or with an exception set. */
PyObject *number_text(PyObject *value);
PyObject *integer_text(int64_t value);

/* The same for nil and booleans too. */
PyObject *constant_text(PyObject *value);

/* Functions of the module that are written beside what they are about. */
PyObject *know_coroutines(PyObject *module, PyObject *arguments);
PyObject *know_traversals(PyObject *module, PyObject *arguments);
PyObject *wrapped_coroutine(PyObject *module, PyObject *function);
PyObject *become_table_of(PyObject *module, PyObject *table);

/* Where a table keeps its metatable. */
extern Py_ssize_t metatable_offset;

static inline PyObject **
metatable_slot(PyObject *table)
{
    return (PyObject **)((char *)table + metatable_offset);
}

/* The metatable of a table whose type is `table_with_metatable_type`; borrowed. */
static inline PyObject *
metatable_of(PyObject *table)
{
    return *metatable_slot(table);
}

/* What an array holds: NULL where there is no item, never behind the last one. */
typedef struct {
    PyObject_HEAD
    PyObject **items;
    Py_ssize_t size, capacity, used;
} Items;

/* It stands where other tables have their metatable. NULL when the collector has cleared the array. */
static inline Items *
array_items(PyObject *array)
{
    return (Items *)*metatable_slot(array);
}

/* The item of an array, borrowed; NULL when there is none. */
static inline PyObject *
array_item(PyObject *array, int64_t place)
{
    Items *items = array_items(array);
    return items != NULL && place >= 1 && place <= items->size ? items->items[place - 1] : NULL;
}

static inline int
is_array(PyObject *value)
{
    return lua_array_type != NULL && Py_IS_TYPE(value, lua_array_type);
}

/* What arrays.c says of these. */
int become_table(PyObject *array);
int array_set(PyObject *array, PyObject *key, PyObject *value);
int array_append(PyObject *array, PyObject *value);
int array_insert(PyObject *array, Py_ssize_t place, PyObject *value);
PyObject *array_take_out(PyObject *array, Py_ssize_t place);
Py_ssize_t array_length(PyObject *array);

/* The value at `key` (as `lookup_key` gives it) of a table or of what its `__index` leads to, borrowed. NULL is nil; NULL with
   `*unknown` set where Python has to look, or with an exception set. */
PyObject *find(PyObject *table, PyObject *key, int *unknown);

/* `count` arguments by position, then those whose names are `keywords` (NULL for none): generated code names the operands
   where it has to evaluate them in another order. */
#define ARGUMENTS PyObject *pure, PyObject *const *arguments, Py_ssize_t count, PyObject *keywords

#define BUILTIN(name, function)                                                          \
    {name, (PyCFunction)(void (*)(void))(function), METH_FASTCALL | METH_KEYWORDS, NULL}
#define BUILTIN_OF_ONE(name, function) {name, (PyCFunction)(function), METH_O, NULL}

static inline PyObject *
hand_over(ARGUMENTS)
{
    Py_ssize_t all = keywords == NULL ? count : count + PyTuple_GET_SIZE(keywords);
    for (Py_ssize_t at = 0; at < all; at++)  /* Python knows only tables. */
        if (is_array(arguments[at]) && become_table(arguments[at]) < 0)
            return NULL;
    return PyObject_Vectorcall(pure, arguments, (size_t)count, keywords);
}

static inline PyObject *
new_reference(PyObject *value)
{
    Py_INCREF(value);
    return value;
}

/* A Lua string, whose characters are bytes. */
static inline int
is_string(PyObject *value)
{
    return PyUnicode_CheckExact(value) && PyUnicode_KIND(value) == PyUnicode_1BYTE_KIND;
}

static inline int
is_any_table(PyObject *value)
{
    return Py_IS_TYPE(value, lua_table_type) || Py_IS_TYPE(value, table_with_metatable_type);
}

/* Puts a Python int into `*value`; false for one outside of 64 bits, which no Lua integer is. */
static inline int
to_int64(PyObject *number, int64_t *value)
{
#if PY_VERSION_HEX >= 0x030C0000
    if (PyUnstable_Long_IsCompact((PyLongObject *)number)) {
        *value = PyUnstable_Long_CompactValue((PyLongObject *)number);
        return 1;
    }
#else
    Py_ssize_t size = Py_SIZE(number);
    if (size >= -1 && size <= 1) {
        *value = (int64_t)size * (int64_t)((PyLongObject *)number)->ob_digit[0];
        return 1;
    }
#endif
    int overflow;
    *value = PyLong_AsLongLongAndOverflow(number, &overflow);
    return !overflow;
}

/* Puts an int or a float into `*value`, as Python converts it; false for anything else. */
static inline int
to_double(PyObject *number, double *value)
{
    int64_t integer;
    if (PyFloat_CheckExact(number)) {
        *value = PyFloat_AS_DOUBLE(number);
        return 1;
    }
    if (PyLong_CheckExact(number) && to_int64(number, &integer)) {
        *value = (double)integer;
        return 1;
    }
    return 0;
}

/* A key as it is looked up: booleans have keys of their own, everything else is itself. */
static inline PyObject *
lookup_key(PyObject *key)
{
    return key == Py_True ? true_key : key == Py_False ? false_key : key;
}

/* The item at an integer key, borrowed; NULL when there is none (or with an exception set). */
static inline PyObject *
item_at(PyObject *table, Py_ssize_t place)
{
    PyObject *key = PyLong_FromSsize_t(place);
    if (key == NULL)
        return NULL;
    PyObject *item = PyDict_GetItemWithError(table, key);
    Py_DECREF(key);
    return item;
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
