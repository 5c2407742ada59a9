/* What the files about coroutines share: coroutines.c (switching), yielding.c (what a body yields), wrapping.c
   (coroutine.wrap and loops over it). */

#ifndef ASSAY_COROUTINES_H
#define ASSAY_COROUTINES_H

#include "native.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* What runtime/stdlib/coroutine.py has told the module. */
extern PyObject *pass_error_on, *call_in_loop;

/* What to send into the body of a coroutine that can be resumed with `arguments`; the body is made if there is none. NULL where
   Python has to resume it, or with an exception set. */
PyObject *made_ready(PyObject *thread, PyObject *const *arguments, Py_ssize_t count);

/* How a step of a body ended: it yielded, it returned, it waits for something else, by a Lua error, by another exception. */
typedef enum { YIELDED, RETURNED, WAITS, FAILED, RAISED } Ending;

/* Runs a body that has begun until it yields or ends. `*result` is what it yielded or returned, packed, what it waits for, or
   the outcome of the error, (false, value); NULL with an exception set. */
Ending step_body(PyObject *thread, PyObject *sent, PyObject **result);

/* The exception about `awaited`, which it takes over, where nothing can wait; NULL. */
PyObject *cannot_wait(PyObject *awaited);

/* Is there a coroutine other than the main one that runs in this thread? */
int runs_coroutine(void);

/* Takes the values out of what a body passed up; NULL when it is no `Yield` of yielding.c. */
PyObject *take_yielded(PyObject *passed_up);

/* Values as the result of a function: bare when it is exactly one. */
static inline PyObject *
packed(PyObject *const *values, Py_ssize_t count)
{
    if (count == 1)
        return new_reference(values[0]);
    PyObject *made = PyTuple_New(count);
    for (Py_ssize_t place = 0; made != NULL && place < count; place++)
        PyTuple_SET_ITEM(made, place, new_reference(values[place]));
    return made;
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
