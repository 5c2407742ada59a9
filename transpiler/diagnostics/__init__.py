"""User errors as data: the model, the catalogue (one module a family of codes) and how they are shown."""

from .model import CompileError, Diagnostic, Severity, has_errors, in_reading_order
from .rendering import render

__all__ = [
    "CompileError",
    "Diagnostic",
    "Severity",
    "has_errors",
    "in_reading_order",
    "render",
]
