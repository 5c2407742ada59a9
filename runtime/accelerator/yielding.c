/* What a body yields: `yield_` of runtime/stdlib/coroutine.py and `Yield` of runtime/suspending.py. */

#include "coroutines.h"

/* What `await` passes up to whoever resumes. Its iterator is itself: the first step gives the object, the second ends with
   what was sent. The values are taken at once, so that it needs no garbage collector. */
typedef struct {
    PyObject_HEAD
    PyObject *values;
    int is_passed_up;
} Yield;

static PyTypeObject *yield_type;

static PyObject *
make_yield(ARGUMENTS)
{
    if (keywords != NULL || !runs_coroutine())
        return hand_over(pure, arguments, count, keywords);
    PyObject *values = packed(arguments, count);
    Yield *made = values == NULL ? NULL : PyObject_New(Yield, yield_type);
    if (made == NULL) {
        Py_XDECREF(values);
        return NULL;
    }
    made->values = values;
    made->is_passed_up = 0;
    return (PyObject *)made;
}

static PyObject *
take(Yield *self, PyObject *unused)
{
    PyObject *values = self->values;
    self->values = NULL;
    return values != NULL ? values : new_reference(Py_None);
}

PyObject *
take_yielded(PyObject *passed_up)
{
    return Py_IS_TYPE(passed_up, yield_type) ? take((Yield *)passed_up, NULL) : NULL;
}

static PySendResult
send_to_yield(Yield *self, PyObject *sent, PyObject **result)
{
    if (!self->is_passed_up) {
        self->is_passed_up = 1;
        *result = new_reference((PyObject *)self);
        return PYGEN_NEXT;
    }
    *result = new_reference(sent);
    return PYGEN_RETURN;
}

/* While it traces, the interpreter calls this instead, for nil, and the method `send` for anything else. */
static PyObject *
next_of_yield(Yield *self)
{
    PyObject *result;
    if (send_to_yield(self, Py_None, &result) == PYGEN_NEXT)
        return result;
    Py_DECREF(result);
    return NULL;
}

static PyObject *
send_method(Yield *self, PyObject *sent)
{
    PyObject *result;
    if (send_to_yield(self, sent, &result) == PYGEN_NEXT)
        return result;
    /* A tuple by itself would be taken for the arguments of the exception. */
    PyObject *end = PyObject_CallOneArg(PyExc_StopIteration, result);
    Py_DECREF(result);
    if (end != NULL)
        PyErr_SetObject(PyExc_StopIteration, end);
    Py_XDECREF(end);
    return NULL;
}

static void
deallocate(Yield *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(self->values);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"send", (PyCFunction)send_method, METH_O, NULL},
    {"take", (PyCFunction)take, METH_NOARGS, NULL},
    {NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_dealloc, deallocate},   {Py_tp_iter, PyObject_SelfIter}, {Py_tp_iternext, next_of_yield},
    {Py_am_await, PyObject_SelfIter}, {Py_am_send, send_to_yield},  {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec specification = {
    "assay.runtime.accelerator._native.Yield", sizeof(Yield), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots,
};

int
prepare_yielding(PyObject *module)
{
    yield_type = (PyTypeObject *)PyType_FromSpec(&specification);
    return yield_type == NULL ? -1 : PyModule_AddObjectRef(module, "Yield", (PyObject *)yield_type);
}

PyMethodDef yielding_functions[] = {
    BUILTIN("stdlib.coroutine.yield_", make_yield),
    {NULL},
};
