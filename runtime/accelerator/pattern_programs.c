/* Programs of Lua patterns: the items that runtime/stdlib/pattern_syntax.py parses, with what can be known of their matches ahead.

   A program is made when its pattern is met the first time, and kept. What it can do never fails: patterns with malformed parts,
   unfinished captures or too many repetitions have none. patterns.c matches it. */

#include "patterns.h"

#define PROGRAM "assay.runtime.accelerator.program"
#define MOST_PROGRAMS 512

PyObject *native_items;

static PyObject *programs, *anchored_programs;

static int
are_disjoint(const Set *one, const Set *other)
{
    for (int word = 0; word < 4; word++)
        if (one->words[word] & other->words[word])
            return 0;
    return 1;
}

static int
only_character(const Set *set)
{
    int found = -1;
    for (int character = 0; character < 256; character++)
        if (contains(set, (Py_UCS1)character)) {
            if (found >= 0)
                return -1;
            found = character;
        }
    return found;
}

/* The first item from `item` on that is not content with nothing at all. */
static const Item *
next_consuming(const Item *item)
{
    while (item->kind == OPEN || item->kind == CLOSE || item->kind == POSITION || item->kind == FRONTIER)
        item++;
    return item;
}

/* The characters one of which has to come where `item` begins to match, NULL when it may be any or none. */
static const Set *
needed_at(const Item *item)
{
    item = next_consuming(item);
    return item->kind == SINGLE || item->kind == PLUS || item->kind == BALANCED ? &item->set : NULL;
}

static int
is_run(const Item *item)
{
    return item->kind == STAR || item->kind == PLUS;
}

/* Can what follows a run match after the longest one only? */
static int
takes_longest(const Item *run)
{
    const Item *following = next_consuming(run + 1);
    if (following->kind == END || (run->needed != NULL && are_disjoint(&run->set, run->needed)))
        return 1;
    while (following->kind == DONE && run < following && run->kind != FRONTIER)
        run++;
    return run->kind == DONE;
}

/* Fills in what a program knows about the ways its items can match. */
static void
look_ahead(Program *program)
{
    int repeats_captures = 0;
    Item *item = program->items;
    for (; item->kind != DONE; item++) {
        item->needed = needed_at(item + 1);
        item->only = is_run(item) && takes_longest(item);
        repeats_captures |= item->kind == SAME;
    }
    program->beginning = needed_at(program->items);
    program->beginning_character = program->beginning ? only_character(program->beginning) : -1;
    const Item *first = program->items;
    while (first->kind == OPEN || first->kind == POSITION)
        first++;
    program->leading_run = is_run(first) && first->only && !repeats_captures ? first : NULL;
}

/* Reads one item of what `native_items` gives: its letter, its characters as 32 bytes (or the two of `%b`), its number. */
static int
read_item(PyObject *given, Item *item)
{
    const char *letter, *characters;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(given, "sy#b", &letter, &characters, &size, &item->number))
        return -1;
    item->kind = (unsigned char)letter[0];
    if (item->kind == BALANCED) {
        item->first = (unsigned char)characters[0];
        item->last = (unsigned char)characters[1];
        item->set.words[item->first >> 6] |= (uint64_t)1 << (item->first & 63);
        return 0;
    }
    item->all = 1;
    for (int character = 0; character < 256; character++)
        if (characters[character >> 3] >> (character & 7) & 1)
            item->set.words[character >> 6] |= (uint64_t)1 << (character & 63);
        else
            item->all = 0;
    return 0;
}

static void
free_program(PyObject *capsule)
{
    PyMem_Free(PyCapsule_GetPointer(capsule, PROGRAM));
}

static PyObject *
new_program(PyObject *items, int anchored)
{
    Py_ssize_t count = PyTuple_GET_SIZE(items);
    Program *program = PyMem_Calloc(1, sizeof(Program) + (size_t)(count + 1) * sizeof(Item));
    if (program == NULL)
        return PyErr_NoMemory();
    program->anchored = anchored;
    for (Py_ssize_t place = 0; place < count; place++) {
        Item *item = &program->items[place];
        if (read_item(PyTuple_GET_ITEM(items, place), item) < 0) {
            PyMem_Free(program);
            return NULL;
        }
        program->captures += item->kind == OPEN || item->kind == POSITION;
    }
    look_ahead(program);
    PyObject *capsule = PyCapsule_New(program, PROGRAM, free_program);
    if (capsule == NULL)
        PyMem_Free(program);
    return capsule;
}

/* Makes the program of a pattern that is met the first time; a new reference. */
static PyObject *
compile(PyObject *pattern, int anchored)
{
    PyObject *rest = anchored ? PyUnicode_Substring(pattern, 1, PyUnicode_GET_LENGTH(pattern)) : new_reference(pattern);
    PyObject *items = rest == NULL ? NULL : PyObject_CallOneArg(native_items, rest);
    Py_XDECREF(rest);
    if (items == NULL || !PyTuple_CheckExact(items))
        return items;
    PyObject *made = new_program(items, anchored);
    Py_DECREF(items);
    return made;
}

PyObject *
program_capsule(PyObject *pattern, int anchors)
{
    int anchored = anchors && PyUnicode_GET_LENGTH(pattern) > 0 && PyUnicode_READ_CHAR(pattern, 0) == '^';
    PyObject **kept = anchored ? &anchored_programs : &programs;
    if (native_items == NULL)
        return Py_None;
    if (*kept == NULL && (*kept = PyDict_New()) == NULL)
        return NULL;
    PyObject *found = PyDict_GetItemWithError(*kept, pattern);
    if (found != NULL || PyErr_Occurred())
        return found;
    if (PyDict_GET_SIZE(*kept) >= MOST_PROGRAMS)
        PyDict_Clear(*kept);
    found = compile(pattern, anchored);
    int kept_it = found == NULL ? -1 : PyDict_SetItem(*kept, pattern, found);
    Py_XDECREF(found);
    return kept_it < 0 ? NULL : found;
}

const Program *
program_in(PyObject *capsule)
{
    return PyCapsule_GetPointer(capsule, PROGRAM);
}
