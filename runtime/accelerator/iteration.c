/* Loops: runtime/iteration.py. A numeric loop of integers is a `range`; tables are traversed by two iterator types. */

#include "native.h"
#include <structmember.h>

static PyObject *
numeric_loop(ARGUMENTS)
{
    int64_t limit, step = 1;
    if (keywords == NULL && (count == 2 || (count == 3 && PyLong_CheckExact(arguments[2]) && to_int64(arguments[2], &step)))
        && PyLong_CheckExact(arguments[0]) && PyLong_CheckExact(arguments[1])
        && to_int64(arguments[1], &limit) && step != 0 && limit != INT64_MAX && limit != INT64_MIN) {
        PyObject *end = PyLong_FromLongLong(step > 0 ? limit + 1 : limit - 1);
        if (end == NULL)
            return NULL;
        PyObject *range[] = {arguments[0], end, count == 3 ? arguments[2] : NULL};
        PyObject *result = PyObject_Vectorcall((PyObject *)&PyRange_Type, range, (size_t)count, NULL);
        Py_DECREF(end);
        return result;
    }
    return hand_over(pure, arguments, count, keywords);
}

/* A traversal of one table. Entries: `keys` are those that were there when it began. Items: `keys` is NULL, the keys are
   1, 2, ... Both give pairs, in the same tuple again when nobody has kept the last one. */
typedef struct {
    PyObject_HEAD
    PyObject *table;
    PyObject *keys;
    PyObject *pair;
    Py_ssize_t next;
} Traversal;

static PyTypeObject *entries_type, *items_type;

static PyObject *
new_traversal(PyTypeObject *type, PyObject *table, PyObject *keys, Py_ssize_t next)
{
    Traversal *made = PyObject_GC_New(Traversal, type);
    if (made == NULL) {
        Py_XDECREF(keys);
        return NULL;
    }
    made->table = new_reference(table);
    made->keys = keys;
    made->pair = NULL;
    made->next = next;
    PyObject_GC_Track(made);
    return (PyObject *)made;
}

static int
traverse(Traversal *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->table);
    Py_VISIT(self->keys);
    Py_VISIT(self->pair);
    return 0;
}

static void
deallocate(Traversal *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->table);
    Py_CLEAR(self->keys);
    Py_CLEAR(self->pair);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

/* The pair of `key` and `value`, which it takes over. */
static PyObject *
pair_of(Traversal *self, PyObject *key, PyObject *value)
{
    PyObject *pair = self->pair;
    if (pair != NULL && Py_REFCNT(pair) == 1) {
        PyObject *old_key = PyTuple_GET_ITEM(pair, 0), *old_value = PyTuple_GET_ITEM(pair, 1);
        PyTuple_SET_ITEM(pair, 0, key);
        PyTuple_SET_ITEM(pair, 1, value);
        Py_INCREF(pair);
        Py_DECREF(old_key);
        Py_DECREF(old_value);
        /* The collector forgets tuples without containers; these now may hold some (as in CPython's enumerate). */
        if (!PyObject_GC_IsTracked(pair))
            PyObject_GC_Track(pair);
        return pair;
    }
    pair = PyTuple_New(2);
    if (pair == NULL) {
        Py_DECREF(key);
        Py_DECREF(value);
        return NULL;
    }
    PyTuple_SET_ITEM(pair, 0, key);
    PyTuple_SET_ITEM(pair, 1, value);
    Py_XSETREF(self->pair, new_reference(pair));
    return pair;
}

static PyObject *
next_entry(Traversal *self)
{
    while (self->next < PyList_GET_SIZE(self->keys)) {
        PyObject *key = PyList_GET_ITEM(self->keys, self->next++);
        PyObject *value = PyDict_GetItemWithError(self->table, key);
        if (value != NULL) {
            if (key == true_key || key == false_key)
                key = key == true_key ? Py_True : Py_False;
            return pair_of(self, new_reference(key), new_reference(value));
        }
        if (PyErr_Occurred())
            return NULL;
    }
    return NULL;
}

static PyObject *
next_item(Traversal *self)
{
    PyObject *key = PyLong_FromSsize_t(self->next);
    if (key == NULL)
        return NULL;
    PyObject *value = is_array(self->table) ? array_item(self->table, self->next) : PyDict_GetItemWithError(self->table, key);
    if (value == NULL) {
        Py_DECREF(key);
        return NULL;
    }
    self->next++;
    return pair_of(self, key, new_reference(value));
}

static PyObject *
loop_over_entries(PyObject *table)
{
    PyObject *keys = PyDict_Keys(table);
    return keys == NULL ? NULL : new_traversal(entries_type, table, keys, 0);
}

static PyObject *
entries_of(PyObject *pure, PyObject *table)
{
    if (is_array(table) && become_table(table) < 0)
        return NULL;
    if (Py_IS_TYPE(table, lua_table_type)
        || (Py_IS_TYPE(table, table_with_metatable_type)
            && PyDict_GetItemWithError(metatable_of(table), name_pairs) == NULL && !PyErr_Occurred()))
        return loop_over_entries(table);
    return PyErr_Occurred() ? NULL : PyObject_CallOneArg(pure, table);
}

static PyObject *
items_of(PyObject *pure, PyObject *table)
{
    if (Py_IS_TYPE(table, lua_table_type) || is_array(table))
        return new_traversal(items_type, table, NULL, 1);
    return PyObject_CallOneArg(pure, table);
}

/* Slots of a table and of the traversals that Python keeps there (runtime/stdlib/traversal.py). */
static PyTypeObject *kept_type;
static Py_ssize_t kept_offset, keys_offset, cursor_offset;

#define SLOT(object, offset) (*(PyObject **)((char *)(object) + (offset)))

/* know_traversals(class, slot of a table, slot of the keys, slot of the cursor) */
PyObject *
know_traversals(PyObject *module, PyObject *arguments)
{
    PyObject *type;
    PyMemberDescrObject *kept, *keys, *cursor;
    if (!PyArg_ParseTuple(arguments, "O!O!O!O!:know_traversals", &PyType_Type, &type, &PyMemberDescr_Type, &kept,
                          &PyMemberDescr_Type, &keys, &PyMemberDescr_Type, &cursor))
        return NULL;
    kept_offset = kept->d_member->offset;
    keys_offset = keys->d_member->offset;
    cursor_offset = cursor->d_member->offset;
    kept_type = (PyTypeObject *)new_reference(type);
    Py_RETURN_NONE;
}

/* The entry after `key` in a traversal that has listed the keys and stands at this one; NULL where Python has to look. */
static PyObject *
entry_after(PyObject *table, PyObject *key)
{
    PyObject *kept = SLOT(table, kept_offset);
    if (kept == NULL || !Py_IS_TYPE(kept, kept_type))
        return NULL;
    PyObject *keys = SLOT(kept, keys_offset);
    Py_ssize_t cursor = PyLong_AsSsize_t(SLOT(kept, cursor_offset)), size = PyList_GET_SIZE(keys);
    if (size < 2 || cursor >= size || PyList_GET_ITEM(keys, cursor) != lookup_key(key))
        return NULL;
    while (++cursor < size) {
        PyObject *found = PyList_GET_ITEM(keys, cursor), *value = PyDict_GetItemWithError(table, found);
        if (value != NULL) {
            PyObject *place = PyLong_FromSsize_t(cursor);
            if (place == NULL)
                return NULL;
            Py_SETREF(SLOT(kept, cursor_offset), place);
            return PyTuple_Pack(2, found == true_key ? Py_True : found == false_key ? Py_False : found, value);
        }
        if (PyErr_Occurred())
            return NULL;
    }
    return NULL;
}

/* next(table, key) */
static PyObject *
next_of_table(ARGUMENTS)
{
    if (keywords == NULL && count == 1 && is_any_table(arguments[0]) && PyDict_GET_SIZE(arguments[0]) == 0)
        Py_RETURN_NONE;
    if (keywords == NULL && count == 2 && kept_type != NULL && is_any_table(arguments[0])) {
        PyObject *entry = entry_after(arguments[0], arguments[1]);
        if (entry != NULL || PyErr_Occurred())
            return entry;
    }
    return hand_over(pure, arguments, count, keywords);
}

static inline int
is_next(PyObject *function)
{
    return PyCFunction_CheckExact(function)
        && PyCFunction_GET_FUNCTION(function) == (PyCFunction)(void (*)(void))next_of_table;
}

/* `for v1, ..., vn in function, state, control` over functions of the extension; others are called in Python's loop. */
static PyObject *
iterate(ARGUMENTS)
{
    if (count < 1 || count > 4 || keywords == NULL || PyTuple_GET_SIZE(keywords) != 1 || !PyLong_CheckExact(arguments[count])
        || PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(keywords, 0), "count") != 0)
        return hand_over(pure, arguments, count, keywords);
    Py_ssize_t wanted = PyLong_AsSsize_t(arguments[count]);
    PyObject *state = count > 1 ? arguments[1] : Py_None, *control = count > 2 ? arguments[2] : Py_None;
    if (wanted == 2 && control == Py_None && is_any_table(state) && is_next(arguments[0]))
        return loop_over_entries(state);
    PyObject *loop = loop_over_matches(arguments[0], wanted);
    if (loop == NULL && !PyErr_Occurred())
        loop = loop_over_wrapped(arguments[0], state, control, wanted);
    return loop != NULL || PyErr_Occurred() ? loop : hand_over(pure, arguments, count, keywords);
}

#define ITERATOR_TYPE(name, next)                                                        \
    static PyType_Slot name##_slots[] = {                                                \
        {Py_tp_dealloc, deallocate},                                                     \
        {Py_tp_traverse, traverse},                                                      \
        {Py_tp_iter, PyObject_SelfIter},                                                 \
        {Py_tp_iternext, next},                                                          \
        {0, NULL},                                                                       \
    };                                                                                   \
    static PyType_Spec name##_spec = {                                                   \
        "assay.runtime.accelerator._native." #name, sizeof(Traversal), 0,                \
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION, name##_slots, \
    };

ITERATOR_TYPE(Entries, next_entry)
ITERATOR_TYPE(Items, next_item)

int
prepare_iteration(void)
{
    entries_type = (PyTypeObject *)PyType_FromSpec(&Entries_spec);
    items_type = (PyTypeObject *)PyType_FromSpec(&Items_spec);
    return entries_type == NULL || items_type == NULL ? -1 : 0;
}

PyMethodDef iteration_functions[] = {
    BUILTIN("iteration.numeric_for", numeric_loop),
    BUILTIN_OF_ONE("iteration.pairs", entries_of),
    BUILTIN_OF_ONE("iteration.ipairs", items_of),
    BUILTIN("iteration.iterate", iterate),
    BUILTIN("stdlib.basic.lua_next", next_of_table),
    {NULL},
};
