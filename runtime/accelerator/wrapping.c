/* coroutine.wrap: the functions that it makes, and loops over them. */

#include "coroutines.h"

/* The thread of a function that coroutine.wrap made: the one variable of its closure. */
static inline PyObject *
wrapped_thread(PyObject *function)
{
    return PyCell_GET(PyTuple_GET_ITEM(PyFunction_GET_CLOSURE(function), 0));
}

/* A step of a coroutine that is ready for `sent`, which it takes over; `loop` is the function that stands for the loop in
   tracebacks, or NULL. */
static PyObject *
step_wrapped(PyObject *thread, PyObject *sent, PyObject *loop)
{
    PyObject *result;
    Ending ending = step_body(thread, sent, &result);
    Py_DECREF(sent);
    if (ending == FAILED) {
        PyObject *outcome = result;
        result = loop == NULL ? PyObject_CallOneArg(pass_error_on, outcome)
                              : PyObject_CallFunctionObjArgs(loop, pass_error_on, outcome, NULL);
        Py_DECREF(outcome);
    }
    return ending == WAITS ? cannot_wait(result) : result;
}

static PyObject *
resume_wrapped(ARGUMENTS)
{
    PyObject *thread = wrapped_thread(pure), *sent = keywords != NULL ? NULL : made_ready(thread, arguments, count);
    if (sent == NULL)
        return PyErr_Occurred() ? NULL : hand_over(pure, arguments, count, keywords);
    return step_wrapped(thread, sent, NULL);
}

static PyMethodDef definition = BUILTIN("resume_wrapped", resume_wrapped);

/* wrapped_coroutine(function): the builtin of a function that resumes the coroutine in its closure. */
PyObject *
wrapped_coroutine(PyObject *module, PyObject *function)
{
    if (!PyFunction_Check(function) || PyFunction_GET_CLOSURE(function) == NULL
        || PyTuple_GET_SIZE(PyFunction_GET_CLOSURE(function)) != 1)
        return PyErr_Format(PyExc_TypeError, "a function with one variable of another is wanted");
    return PyCFunction_New(&definition, function);
}

/* `for v1, ..., vn in function, state, control` where `function` is a wrapped coroutine; without it at the end. */
typedef struct {
    PyObject_HEAD
    PyObject *function, *state, *control;
    Py_ssize_t wanted;
} Loop;

static PyTypeObject *loop_type;

PyObject *
loop_over_wrapped(PyObject *function, PyObject *state, PyObject *control, Py_ssize_t wanted)
{
    if (!PyCFunction_CheckExact(function) || ((PyCFunctionObject *)function)->m_ml != &definition)
        return NULL;
    Loop *made = PyObject_GC_New(Loop, loop_type);
    if (made == NULL)
        return NULL;
    made->function = new_reference(function);
    made->state = new_reference(state);
    made->control = new_reference(control);
    made->wanted = wanted;
    PyObject_GC_Track(made);
    return (PyObject *)made;
}

/* Exactly `wanted` values, of which there is more than one, of `result`, which it takes over. */
static PyObject *
adjusted(PyObject *result, Py_ssize_t wanted)
{
    int is_packed = PyTuple_CheckExact(result);
    Py_ssize_t size = is_packed ? PyTuple_GET_SIZE(result) : 1;
    if (is_packed && size == wanted)
        return result;
    PyObject *made = PyTuple_New(wanted);
    for (Py_ssize_t place = 0; made != NULL && place < wanted; place++) {
        PyObject *value = place >= size ? Py_None : is_packed ? PyTuple_GET_ITEM(result, place) : result;
        PyTuple_SET_ITEM(made, place, new_reference(value));
    }
    Py_DECREF(result);
    return made;
}

static PyObject *
next_values(Loop *self)
{
    if (self->function == NULL)
        return NULL;
    PyObject *operands[] = {self->function, self->state, self->control};
    PyObject *thread = wrapped_thread(PyCFunction_GET_SELF(self->function));
    PyObject *result = NULL, *sent = made_ready(thread, operands + 1, 2);
    if (sent != NULL)
        result = step_wrapped(thread, sent, call_in_loop);
    else if (!PyErr_Occurred())
        result = PyObject_Vectorcall(call_in_loop, operands, 3, NULL);
    if (result == NULL)
        return NULL;
    PyObject *control = result;
    if (PyTuple_CheckExact(result))
        control = PyTuple_GET_SIZE(result) == 0 ? Py_None : PyTuple_GET_ITEM(result, 0);
    if (control == Py_None) {
        Py_DECREF(result);
        Py_CLEAR(self->function);
        return NULL;
    }
    Py_SETREF(self->control, new_reference(control));
    if (self->wanted != 1)
        return adjusted(result, self->wanted);
    Py_INCREF(control);
    Py_DECREF(result);
    return control;
}

static int
traverse(Loop *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->function);
    Py_VISIT(self->state);
    Py_VISIT(self->control);
    return 0;
}

static void
deallocate(Loop *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->function);
    Py_XDECREF(self->state);
    Py_XDECREF(self->control);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyType_Slot slots[] = {
    {Py_tp_dealloc, deallocate},     {Py_tp_traverse, traverse}, {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, next_values}, {0, NULL},
};

static PyType_Spec specification = {
    "assay.runtime.accelerator._native.WrappedLoop", sizeof(Loop), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots,
};

int
prepare_wrapping(void)
{
    loop_type = (PyTypeObject *)PyType_FromSpec(&specification);
    return loop_type == NULL ? -1 : 0;
}
