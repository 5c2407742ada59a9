/* The table library for sequences without metatables: runtime/stdlib/table.py. */

#include "native.h"

static inline int
is_table_or_array(PyObject *value)
{
    return Py_IS_TYPE(value, lua_table_type) || is_array(value);
}

/* The length of a table when it is a matter of its number of fields, -1 where Python has to look or with an exception set. */
static Py_ssize_t
plain_length(PyObject *table)
{
    if (is_array(table))
        return array_length(table);
    Py_ssize_t size = PyDict_GET_SIZE(table);
    if (size == 0 || (item_at(table, size) != NULL && item_at(table, size + 1) == NULL))
        return PyErr_Occurred() ? -1 : size;
    return -1;
}

/* The same for the table argument of a call, which may be anything. */
static Py_ssize_t
length_of_first(PyObject *const *arguments, Py_ssize_t count, PyObject *keywords)
{
    return keywords == NULL && count > 0 && is_table_or_array(arguments[0]) ? plain_length(arguments[0]) : -1;
}

/* The item of a table or an array, borrowed; NULL when there is none (or with an exception set). */
static inline PyObject *
any_item_at(PyObject *table, Py_ssize_t place)
{
    return is_array(table) ? array_item(table, place) : item_at(table, place);
}

static int
store_at(PyObject *table, Py_ssize_t place, PyObject *value)
{
    PyObject *key = PyLong_FromSsize_t(place);
    int done = key == NULL ? -1 : PyDict_SetItem(table, key, value);
    Py_XDECREF(key);
    return done;
}

typedef struct {
    PyObject *key, *value;
} Entry;

static void
free_entries(Entry *entries, Py_ssize_t count)
{
    for (Py_ssize_t at = 0; at < count; at++) {
        Py_DECREF(entries[at].key);
        Py_DECREF(entries[at].value);
    }
    PyMem_Free(entries);
}

/* The entry at `place`: the one at `*position` of the table's own order if that is it, which it is in a sequence that has only
   grown at its end; false where there is none or with an exception set. */
static int
entry_at(PyObject *table, Py_ssize_t place, Py_ssize_t *position, Entry *entry)
{
    int64_t found;
    if (*position >= 0 && PyDict_Next(table, position, &entry->key, &entry->value) && PyLong_CheckExact(entry->key)
        && to_int64(entry->key, &found) && found == place)
        Py_INCREF(entry->key);
    else {
        *position = -1;
        entry->key = PyLong_FromSsize_t(place);
        entry->value = entry->key == NULL ? NULL : PyDict_GetItemWithError(table, entry->key);
        if (entry->value == NULL) {
            Py_XDECREF(entry->key);
            return 0;
        }
    }
    Py_INCREF(entry->value);
    return 1;
}

/* The entries from `first` to `last`, NULL when one is missing or with an exception set. */
static Entry *
entries_between(PyObject *table, Py_ssize_t first, Py_ssize_t last)
{
    Py_ssize_t count = last - first + 1, position = first - 1;
    Entry *entries = PyMem_New(Entry, count);
    if (entries == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t at = 0; at < count; at++)
        if (!entry_at(table, first + at, &position, &entries[at])) {
            free_entries(entries, at);
            return NULL;
        }
    return entries;
}

/* Moves the items from `first` to `last` up by one; 0 where Python has to do it, -1 with an exception set. */
static int
move_up(PyObject *table, Py_ssize_t first, Py_ssize_t last)
{
    Py_ssize_t count = last - first + 1;
    Entry *entries = entries_between(table, first, last);
    if (entries == NULL)
        return PyErr_Occurred() ? -1 : 0;
    int done = count > 0 ? store_at(table, last + 1, entries[count - 1].value) : 0;
    for (Py_ssize_t at = count - 1; done == 0 && at > 0; at--)
        done = PyDict_SetItem(table, entries[at].key, entries[at - 1].value);
    free_entries(entries, count);
    return done < 0 ? -1 : 1;
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
        if (is_array(table)) {
            int inserted = array_insert(table, (Py_ssize_t)position, arguments[2]);
            if (inserted != 0)
                return inserted < 0 ? NULL : PyTuple_New(0);
            return hand_over(pure, arguments, count, keywords);
        }
        int moved = move_up(table, (Py_ssize_t)position, size);
        if (moved <= 0)
            return moved < 0 ? NULL : hand_over(pure, arguments, count, keywords);
        size = (Py_ssize_t)position - 1;
    }
    if (is_array(table))
        return array_append(table, arguments[1]) < 0 ? NULL : PyTuple_New(0);
    return store_at(table, size + 1, arguments[count - 1]) < 0 ? NULL : PyTuple_New(0);
}

/* Takes out the item at `position` of a sequence; NULL where Python has to do it or with an exception set. */
static PyObject *
take_out(PyObject *table, Py_ssize_t position, Py_ssize_t size)
{
    Py_ssize_t count = size - position + 1;
    Entry *entries = entries_between(table, position, size);
    if (entries == NULL)
        return NULL;
    int done = 0;
    for (Py_ssize_t at = 0; done == 0 && at < count - 1; at++)
        done = PyDict_SetItem(table, entries[at].key, entries[at + 1].value);
    if (done == 0)
        done = PyDict_DelItem(table, entries[count - 1].key);
    PyObject *removed = done < 0 ? NULL : new_reference(entries[0].value);
    free_entries(entries, count);
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
        PyObject *removed = is_array(arguments[0]) ? array_take_out(arguments[0], (Py_ssize_t)position)
                                                   : take_out(arguments[0], (Py_ssize_t)position, size);
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
        PyObject *item = any_item_at(table, (Py_ssize_t)place);
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
    if (keywords == NULL && count > 0 && is_table_or_array(arguments[0])
        && (count == 1 || arguments[1] == Py_None || PyUnicode_CheckExact(arguments[1]))
        && places(arguments, count, 2, &first, &last)) {
        if (first > last)
            return PyUnicode_New(0, 127);
        /* A longer range has a place without an item. */
        Py_ssize_t fields = is_array(arguments[0]) ? array_length(arguments[0]) : PyDict_GET_SIZE(arguments[0]);
        if (first > 0 && last - first < fields) {
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
    if (keywords != NULL || count == 0 || !is_table_or_array(arguments[0])
        || !places(arguments, count, 1, &first, &last) || first < -MOST_UNPACKED || last > INT32_MAX
        || last - first >= MOST_UNPACKED)
        return PyErr_Occurred() ? NULL : hand_over(pure, arguments, count, keywords);
    Py_ssize_t size = first > last ? 0 : (Py_ssize_t)(last - first + 1);
    PyObject *values = size == 1 ? NULL : PyTuple_New(size);
    for (Py_ssize_t place = 0; place < size && (size == 1 || values != NULL); place++) {
        PyObject *item = any_item_at(arguments[0], (Py_ssize_t)first + place);
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
