/* Switching between Lua coroutines: runtime/stdlib/coroutine.py and runtime/suspending.py.

   Bodies are Python's coroutines and generators. Python runs those that are neither, and says what an error in one means. */

#include "coroutines.h"
#include <structmember.h>

static PyTypeObject *thread_type, *suspending_type;
static PyObject *main_thread, *end_by_error;
PyObject *pass_error_on, *call_in_loop;
static int most_entered;
static Py_ssize_t body_offset, function_offset, status_offset, start_offset;
static PyObject *word_suspended, *word_running, *word_normal, *word_dead;

#if defined(_MSC_VER)
#define OF_THREAD static __declspec(thread)
#else
#define OF_THREAD static _Thread_local
#endif

/* The coroutine that runs in this thread, with a reference of its own, NULL for the main one; how many were entered. */
OF_THREAD PyObject *running;
OF_THREAD int entered;

static inline PyObject **
slot(PyObject *thread, Py_ssize_t offset)
{
    return (PyObject **)((char *)thread + offset);
}

static inline void
set_status(PyObject *thread, PyObject *word)
{
    PyObject **status = slot(thread, status_offset);
    Py_XSETREF(*status, new_reference(word));
}

static inline int
is_thread(PyObject *value)
{
    return thread_type != NULL && Py_IS_TYPE(value, thread_type);
}

int
runs_coroutine(void)
{
    return running != NULL;
}

static PyObject *
running_coroutine(ARGUMENTS)
{
    return new_reference(running == NULL ? Py_None : running);
}

static PyObject *
enter_coroutine(PyObject *pure, PyObject *thread)
{
    PyObject *before = running == NULL ? new_reference(Py_None) : running;
    running = new_reference(thread);
    entered++;
    return before;
}

static PyObject *
leave_coroutine(PyObject *pure, PyObject *before)
{
    entered--;
    Py_XSETREF(running, before == Py_None ? NULL : new_reference(before));
    Py_RETURN_NONE;
}

static PyObject *
entered_coroutines(ARGUMENTS)
{
    return PyLong_FromLong(entered);
}

static inline int
has_begun(PyObject *thread)
{
    PyObject *body = *slot(thread, body_offset);
    return body != NULL && (PyGen_CheckExact(body) || PyCoro_CheckExact(body));
}

/* Makes the body of a coroutine whose function is a coroutine function or a generator function of Python; runs nothing of it.
   False, with no exception set, where Python has to begin it. */
static int
begin(PyObject *thread, PyObject *const *arguments, Py_ssize_t count)
{
    PyObject *function = *slot(thread, function_offset);
    if (function != NULL && Py_IS_TYPE(function, suspending_type))
        function = *slot(function, start_offset);
    if (function == NULL || !PyFunction_Check(function)
        || !(((PyCodeObject *)PyFunction_GET_CODE(function))->co_flags & (CO_COROUTINE | CO_GENERATOR)))
        return 0;
    PyObject *body = PyObject_Vectorcall(function, arguments, (size_t)count, NULL);
    if (body == NULL) {
        PyErr_Clear(); /* about the arguments: Python meets it again */
        return 0;
    }
    Py_XSETREF(*slot(thread, body_offset), body);
    Py_XSETREF(*slot(thread, function_offset), new_reference(Py_None));
    return has_begun(thread);
}

PyObject *
made_ready(PyObject *thread, PyObject *const *arguments, Py_ssize_t count)
{
    if (!is_thread(thread) || *slot(thread, status_offset) != word_suspended || entered >= most_entered
        || thread == main_thread)
        return NULL;
    if (has_begun(thread))
        return packed(arguments, count);
    return begin(thread, arguments, count) ? new_reference(Py_None) : NULL;
}

/* The outcome of the exception that is set and ended the body: (false, value); NULL where it is no Lua error. */
static PyObject *
failed(PyObject *thread)
{
    PyObject *type, *value, *traceback, *outcome = NULL;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback == NULL || PyException_SetTraceback(value, traceback) == 0)
        outcome = PyObject_CallFunctionObjArgs(end_by_error, thread, value, NULL);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return outcome;
}

Ending
step_body(PyObject *thread, PyObject *sent, PyObject **result)
{
    PyObject *before = running, *body = new_reference(*slot(thread, body_offset));
    if (before != NULL)
        set_status(before, word_normal);
    set_status(thread, word_running);
    running = new_reference(thread);
    entered++;
    PySendResult sending = PyIter_Send(body, sent, result);
    entered--;
    Py_XSETREF(running, before);
    if (before != NULL)
        set_status(before, word_running);
    Ending ending = RETURNED;
    if (sending == PYGEN_NEXT) {
        PyObject *yielded = PyGen_CheckExact(body) ? new_reference(*result) : take_yielded(*result);
        ending = yielded == NULL ? WAITS : YIELDED;
        if (yielded != NULL) {
            set_status(thread, word_suspended);
            Py_SETREF(*result, yielded);
        }
    }
    else {
        set_status(thread, word_dead);
        Py_XSETREF(*slot(thread, body_offset), new_reference(Py_None));
        if (sending == PYGEN_ERROR) {
            *result = failed(thread);
            ending = *result == NULL ? RAISED : FAILED;
        }
    }
    Py_DECREF(body);
    return ending;
}

PyObject *
cannot_wait(PyObject *awaited)
{
    PyErr_Format(PyExc_TypeError, "a coroutine of a plain program waits for %R", awaited);
    Py_DECREF(awaited);
    return NULL;
}

/* (true, ...) with what `results` packs, which it takes over. */
static PyObject *
succeeded(PyObject *results)
{
    int is_packed = PyTuple_CheckExact(results);
    Py_ssize_t size = is_packed ? PyTuple_GET_SIZE(results) : 1;
    PyObject *outcome = PyTuple_New(size + 1);
    if (outcome != NULL) {
        PyTuple_SET_ITEM(outcome, 0, new_reference(Py_True));
        for (Py_ssize_t place = 0; place < size; place++)
            PyTuple_SET_ITEM(outcome, place + 1,
                             new_reference(is_packed ? PyTuple_GET_ITEM(results, place) : results));
    }
    Py_DECREF(results);
    return outcome;
}

/* coroutine.resume(thread, ...) */
static PyObject *
resume(ARGUMENTS)
{
    PyObject *result, *sent = NULL;
    if (count > 0 && keywords == NULL)
        sent = made_ready(arguments[0], arguments + 1, count - 1);
    if (sent == NULL)
        return PyErr_Occurred() ? NULL : hand_over(pure, arguments, count, keywords);
    Ending ending = step_body(arguments[0], sent, &result);
    Py_DECREF(sent);
    return ending == YIELDED || ending == RETURNED ? succeeded(result) : ending == WAITS ? cannot_wait(result) : result;
}

/* One step of a coroutine that may wait for Temporal: the outcome, and what it waits for. */
static PyObject *
step_or_wait(ARGUMENTS)
{
    if (keywords != NULL || count != 2 || !is_thread(arguments[0]) || !has_begun(arguments[0]))
        return hand_over(pure, arguments, count, keywords);
    PyObject *outcome, *awaited = NULL;
    Ending ending = step_body(arguments[0], arguments[1], &outcome);
    if (ending == WAITS) {
        awaited = outcome;
        outcome = PyTuple_New(0);
    }
    else if (ending == YIELDED || ending == RETURNED)
        outcome = succeeded(outcome);
    PyObject *pair = outcome == NULL ? NULL : PyTuple_Pack(2, outcome, awaited == NULL ? Py_None : awaited);
    Py_XDECREF(outcome);
    Py_XDECREF(awaited);
    return pair;
}

/* coroutine.status(thread) */
static PyObject *
status(ARGUMENTS)
{
    if (count != 1 || keywords != NULL || !is_thread(arguments[0]) || arguments[0] == main_thread)
        return hand_over(pure, arguments, count, keywords);
    return new_reference(*slot(arguments[0], status_offset));
}

/* The place of a slot in the instances of a class, -1 with an exception set. */
static Py_ssize_t
slot_offset(PyObject *type, const char *name)
{
    Py_ssize_t offset = -1;
    PyObject *member = PyObject_GetAttrString(type, name);
    if (member != NULL && Py_IS_TYPE(member, &PyMemberDescr_Type))
        offset = ((PyMemberDescrObject *)member)->d_member->offset;
    else if (member != NULL)
        PyErr_Format(PyExc_TypeError, "%s is no slot", name);
    Py_XDECREF(member);
    return offset;
}

/* know_coroutines(LuaThread, SuspendingFunction, main thread, how many can be entered, end_by_error, pass_error_on, call_in_loop) */
PyObject *
know_coroutines(PyObject *module, PyObject *arguments)
{
    PyObject *type, *suspending, *given[4];
    if (!PyArg_ParseTuple(arguments, "O!O!OiOOO:know_coroutines", &PyType_Type, &type, &PyType_Type, &suspending,
                          &given[0], &most_entered, &given[1], &given[2], &given[3]))
        return NULL;
    body_offset = slot_offset(type, "body");
    function_offset = slot_offset(type, "function");
    status_offset = slot_offset(type, "status");
    start_offset = slot_offset(suspending, "start");
    if (body_offset < 0 || function_offset < 0 || status_offset < 0 || start_offset < 0)
        return NULL;
    main_thread = new_reference(given[0]);
    end_by_error = new_reference(given[1]);
    pass_error_on = new_reference(given[2]);
    call_in_loop = new_reference(given[3]);
    suspending_type = (PyTypeObject *)new_reference(suspending);
    thread_type = (PyTypeObject *)new_reference(type);
    Py_RETURN_NONE;
}

int
prepare_coroutines(void)
{
    word_suspended = PyUnicode_InternFromString("suspended");
    word_running = PyUnicode_InternFromString("running");
    word_normal = PyUnicode_InternFromString("normal");
    word_dead = PyUnicode_InternFromString("dead");
    return word_suspended && word_running && word_normal && word_dead ? 0 : -1;
}

PyMethodDef coroutine_functions[] = {
    BUILTIN("suspending.running_coroutine", running_coroutine),
    BUILTIN_OF_ONE("suspending.enter_coroutine", enter_coroutine),
    BUILTIN_OF_ONE("suspending.leave_coroutine", leave_coroutine),
    BUILTIN("suspending.entered_coroutines", entered_coroutines),
    BUILTIN("stdlib.coroutine._step", step_or_wait),
    BUILTIN("stdlib.coroutine.resume", resume),
    BUILTIN("stdlib.coroutine.status", status),
    {NULL},
};
