"""The Lua globals `log` and `print` in workflow code: they say nothing while a workflow replays.

A function of the workflow that a recorded side effect calls runs outside of it, and once: there they always speak.

Source: temporalio.workflow.logger.
"""

from __future__ import annotations

import logging
from typing import Any

from temporalio import workflow

from ..errors import library
from ..host.log import line
from ..stdlib.basic import lua_print

# The SDK's adapter under its own name, so that handlers and levels set for it hold; its messages are the author's alone,
# without the dictionary of workflow details that the SDK appends.
_plain_logger = logging.getLogger("temporalio.workflow")
_workflow_logger = workflow.LoggerAdapter(_plain_logger, None)
_workflow_logger.workflow_info_on_message = False


def _logger() -> logging.Logger | workflow.LoggerAdapter:
    return _workflow_logger if workflow.in_workflow() else _plain_logger


@library("log.debug")
def log_debug(message: Any = None, fields: Any = None, *_: Any) -> tuple[()]:
    """`log.debug(message, fields?)`"""
    _logger().debug(line(message, fields))
    return ()


@library("log.info")
def log_info(message: Any = None, fields: Any = None, *_: Any) -> tuple[()]:
    """`log.info(message, fields?)`"""
    _logger().info(line(message, fields))
    return ()


@library("log.warn")
def log_warn(message: Any = None, fields: Any = None, *_: Any) -> tuple[()]:
    """`log.warn(message, fields?)`"""
    _logger().warning(line(message, fields))
    return ()


@library("log.error")
def log_error(message: Any = None, fields: Any = None, *_: Any) -> tuple[()]:
    """`log.error(message, fields?)`"""
    _logger().error(line(message, fields))
    return ()


@library("print")
def print_once(*values: Any) -> tuple[()]:
    """`print(...)`, left out when the workflow replays: the line was printed before."""
    if not workflow.in_workflow() or not workflow.unsafe.is_replaying():
        lua_print(*values)
    return ()
