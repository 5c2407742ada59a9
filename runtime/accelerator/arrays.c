/* Arrays: tables that the compiler knows to be used at integer keys only, whose items are a C array: runtime/arrays.py.

   An array is a table of the class LuaArray, laid out as any table; what it holds is in an object in the slot of its metatable,
   which it has none, and nothing in its dictionary. Whatever else is done with it, or a key far from the others, makes it an ordinary table first
   (`become_table`), in place, so that only the helpers which say so know of arrays. */

#include "native.h"
#include <math.h>
#include <string.h>

#define FIRST_CAPACITY 4
#define MOST_SPREAD 8  /* An item of a dictionary takes the room of that many places. */
#define MOST_PLACES 9007199254740992.0

static PyTypeObject *items_type;

static void
deallocate_items(Items *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject **items = self->items;
    Py_ssize_t size = self->size;
    self->items = NULL;
    self->size = self->capacity = self->used = 0;
    for (Py_ssize_t at = 0; at < size; at++)
        Py_XDECREF(items[at]);
    PyMem_Free(items);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyType_Slot slots[] = {
    {Py_tp_dealloc, deallocate_items},
    {0, NULL},
};

static PyType_Spec specification = {
    "assay.runtime.accelerator._native.Items", sizeof(Items), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots,
};

/* What the collector sees of an array. Its items belong to it alone, so it shows what they hold, and they are no container
   of their own, which would take more room and have the collector run more often. */
static int
traverse_array(PyObject *array, visitproc visit, void *arg)
{
    Items *self = array_items(array);
    Py_VISIT(Py_TYPE(array));
    for (Py_ssize_t at = 0; self != NULL && at < self->size; at++)
        Py_VISIT(self->items[at]);
    return PyDict_Type.tp_traverse(array, visit, arg);
}

/* Room for `capacity` items; -1 with an exception set. */
static int
make_room(Items *self, Py_ssize_t capacity)
{
    PyObject **items = PyMem_Resize(self->items, PyObject *, (size_t)capacity);
    if (items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->items = items;
    self->capacity = capacity;
    return 0;
}

static PyObject *
new_array(Py_ssize_t capacity)
{
    PyObject *array = lua_array_type->tp_new(lua_array_type, empty_tuple, NULL);
    Items *made = array == NULL ? NULL : PyObject_New(Items, items_type);
    if (made == NULL) {
        Py_XDECREF(array);
        return NULL;
    }
    made->items = NULL;
    made->size = made->capacity = made->used = 0;
    *metatable_slot(array) = (PyObject *)made;
    if (capacity > 0 && make_room(made, capacity) < 0)
        Py_CLEAR(array);
    return array;
}

/* array(...) */
static PyObject *
array_of(ARGUMENTS)
{
    if (keywords != NULL || lua_array_type == NULL)
        return hand_over(pure, arguments, count, keywords);
    for (Py_ssize_t at = 0; at < count; at++)
        if (arguments[at] == Py_None)
            return hand_over(pure, arguments, count, keywords);
    PyObject *array = new_array(count);
    if (array == NULL || count == 0)
        return array;
    Items *made = array_items(array);
    for (Py_ssize_t at = 0; at < count; at++)
        made->items[at] = new_reference(arguments[at]);
    made->size = made->used = count;
    return array;
}

/* Makes an array an ordinary table; -1 with an exception set. */
int
become_table(PyObject *array)
{
    Items *self = array_items(array);
    for (Py_ssize_t at = 0; self != NULL && at < self->size; at++) {
        PyObject *key = self->items[at] == NULL ? NULL : PyLong_FromSsize_t(at + 1);
        if (self->items[at] == NULL)
            continue;
        int done = key == NULL ? -1 : PyDict_SetItem(array, key, self->items[at]);
        Py_XDECREF(key);
        if (done < 0) {
            PyDict_Clear(array);
            return -1;
        }
    }
    Py_INCREF(lua_table_type);
    Py_SET_TYPE(array, lua_table_type);
    Py_DECREF(lua_array_type);
    Py_CLEAR(*metatable_slot(array));
    return 0;
}

/* Gives the array an item behind its last one; 0 where that is so far from the others that it becomes a table, -1 with an exception
   set. */
static int
extend(Items *self, int64_t place, PyObject *value)
{
    if (place > (int64_t)(self->used + 1) * MOST_SPREAD + FIRST_CAPACITY)
        return 0;
    if (place > self->capacity) {
        Py_ssize_t wanted = self->capacity + (self->capacity >> 1) + FIRST_CAPACITY;
        if (make_room(self, wanted > (Py_ssize_t)place ? wanted : (Py_ssize_t)place) < 0)
            return -1;
    }
    for (Py_ssize_t at = self->size; at < (Py_ssize_t)place - 1; at++)
        self->items[at] = NULL;
    self->items[place - 1] = new_reference(value);
    self->size = (Py_ssize_t)place;
    self->used++;
    return 1;
}

/* Stores a value that is not nil; 0 where the array has to become a table first, -1 with an exception set. */
static int
array_store(PyObject *array, int64_t place, PyObject *value)
{
    Items *self = array_items(array);
    if (place < 1 || self == NULL)
        return 0;
    if (place > self->size)
        return extend(self, place, value);
    PyObject **slot = &self->items[place - 1], *old = *slot;
    *slot = new_reference(value);
    if (old == NULL)
        self->used++;
    else
        Py_DECREF(old);
    return 1;
}

/* Takes an item out; 0 where that leaves a hole in a sequence, of which a table keeps a note. */
static int
array_remove(PyObject *array, int64_t place)
{
    Items *self = array_items(array);
    PyObject *old = array_item(array, place);
    if (old == NULL)
        return 1;
    if (place < self->used)
        return 0;
    self->items[place - 1] = NULL;
    self->used--;
    while (self->size > 0 && self->items[self->size - 1] == NULL)
        self->size--;
    Py_DECREF(old);
    return 1;
}

/* The place that a key means; false for a key that is none. */
static inline int
to_place(PyObject *key, int64_t *place)
{
    if (PyLong_CheckExact(key))
        return to_int64(key, place);
    if (!PyFloat_CheckExact(key))
        return 0;
    double value = PyFloat_AS_DOUBLE(key);
    if (!(value >= -MOST_PLACES && value <= MOST_PLACES) || value != floor(value))
        return 0;
    *place = (int64_t)value;
    return 1;
}

/* array[key] = value for a key of any type, nil being stored as the removal of the key: -1 with an exception set, 0 where Python has
   to look (the array is a table then). */
int
array_set(PyObject *array, PyObject *key, PyObject *value)
{
    int64_t place;
    if (to_place(key, &place)) {
        int done = value == Py_None ? array_remove(array, place) : array_store(array, place, value);
        if (done != 0)
            return done;
    }
    return become_table(array);
}

/* The length of an array: the same border that `border` in runtime/tables.py finds for a table that has never been longer. */
Py_ssize_t
array_length(PyObject *array)
{
    Items *self = array_items(array);
    if (self == NULL)
        return 0;
    Py_ssize_t count = self->used;
    if (count == self->size || (array_item(array, count) != NULL && array_item(array, count + 1) == NULL))
        return count;
    Py_ssize_t low = 0, high = 1;
    while (array_item(array, high) != NULL) {
        low = high;
        high *= 2;
    }
    while (high - low > 1) {
        Py_ssize_t middle = (low + high) / 2;
        if (array_item(array, middle) != NULL)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* `array[#array + 1] = value` for a value that is not nil; -1 with an exception set. */
int
array_append(PyObject *array, PyObject *value)
{
    int done = array_store(array, array_length(array) + 1, value);
    if (done == 0)
        PyErr_SetString(PyExc_SystemError, "an array that the collector has cleared");
    return done > 0 ? 0 : -1;
}

/* Makes room for `value` at `place`, which is in a sequence or right behind it: 0 where there are holes, -1 with an exception set. */
int
array_insert(PyObject *array, Py_ssize_t place, PyObject *value)
{
    Items *self = array_items(array);
    if (self == NULL || self->used != self->size)
        return 0;
    int done = extend(self, self->size + 1, value);
    if (done <= 0)
        return done;
    memmove(&self->items[place], &self->items[place - 1], (size_t)(self->size - place) * sizeof(PyObject *));
    self->items[place - 1] = value;
    return 1;
}

/* Takes the item at `place` out of a sequence and moves what is behind it; NULL where there are holes. */
PyObject *
array_take_out(PyObject *array, Py_ssize_t place)
{
    Items *self = array_items(array);
    if (self == NULL || self->used != self->size)
        return NULL;
    PyObject *item = self->items[place - 1];
    memmove(&self->items[place - 1], &self->items[place], (size_t)(self->size - place) * sizeof(PyObject *));
    self->size--;
    self->used--;
    return item;
}

/* `array[key]` */
static PyObject *
array_subscript(PyObject *array, PyObject *key)
{
    int64_t place;
    if (to_place(key, &place)) {
        PyObject *item = array_item(array, place);
        return new_reference(item == NULL ? Py_None : item);
    }
    if (key == Py_None)
        Py_RETURN_NONE;
    return become_table(array) < 0 ? NULL : PyObject_GetItem(array, key);
}

/* `array[key] = value`, `del array[key]` */
static int
array_assign_subscript(PyObject *array, PyObject *key, PyObject *value)
{
    if (value != NULL && value != Py_None) {
        int done = array_set(array, key, value);
        if (done != 0 || Py_IS_TYPE(array, lua_array_type))
            return done < 0 ? -1 : 0;
    }
    else if (become_table(array) < 0)
        return -1;
    return value == NULL ? PyDict_DelItem(array, key) : PyDict_SetItem(array, key, value);
}

/* become_table(table): makes an array an ordinary table, leaves any other as it is. */
PyObject *
become_table_of(PyObject *module, PyObject *table)
{
    if (lua_array_type != NULL && Py_IS_TYPE(table, lua_array_type) && become_table(table) < 0)
        return NULL;
    Py_RETURN_NONE;
}

int
prepare_arrays(void)
{
    items_type = (PyTypeObject *)PyType_FromSpec(&specification);
    return items_type == NULL ? -1 : 0;
}

void
prepare_array_class(void)
{
    lua_array_type->tp_traverse = traverse_array;
    lua_array_type->tp_as_mapping->mp_subscript = array_subscript;
    lua_array_type->tp_as_mapping->mp_ass_subscript = array_assign_subscript;
}

PyMethodDef array_functions[] = {
    BUILTIN("arrays.array", array_of),
    {NULL},
};
