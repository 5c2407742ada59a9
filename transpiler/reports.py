"""Results of tests as a person or a build server reads them. In: outcomes, one after the other. Out: text, JUnit XML or JSON.

Text is written as tests end, the documents when all have. JUnit's form: one `testsuite` a file, as build servers read it.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, TextIO
from xml.etree import ElementTree

from .colours import BOLD, GREEN, RED, YELLOW, paint, wants_colour
from .console import count

if TYPE_CHECKING:
    from assay.runtime.lua_testing.outcomes import Failure, Outcome

FORMATS = ("text", "junit", "json")

_INDENT = " " * 8
_WORDS = {"passed": ("ok", GREEN), "failed": ("FAILED", RED), "pending": ("pending", YELLOW)}


class Report:
    """Counts outcomes; subclasses show them."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.outcomes: list[Outcome] = []

    @property
    def total(self) -> int:
        """How many tests there were."""
        return len(self.outcomes)

    @property
    def failed(self) -> int:
        """How many of them failed."""
        return self.number("failed")

    def number(self, status: str) -> int:
        """How many tests ended so."""
        return sum(outcome.status.value == status for outcome in self.outcomes)

    def add(self, outcome: Outcome) -> None:
        """One more test has ended."""
        self.outcomes.append(outcome)

    def finish(self, seconds: float) -> None:
        """All have, after so many seconds."""


class TextReport(Report):
    """A line a test, below it why it failed, and a summary."""

    def add(self, outcome: Outcome) -> None:
        super().add(outcome)
        word, colour = _WORDS[outcome.status.value]
        place = f"{outcome.file}:{outcome.line}" if outcome.line else outcome.file
        took = f" ({outcome.seconds:.2f} s)" if outcome.status.value != "pending" else ""
        self._write(f"{self._paint(f'{word:7}', colour)} {place}: {outcome.name}{took}")
        if outcome.failure is not None:
            self._write(*(f"{_INDENT}{line}" for line in self._explained(outcome.failure)))
        self.stream.flush()

    def finish(self, seconds: float) -> None:
        parts = [f"{self.number('passed')} passed"]
        parts += [
            f"{self.number(each)} {each}" for each in ("failed", "pending") if self.number(each)
        ]
        colour = RED if self.failed else GREEN
        summary = f"{count(self.total, 'test')}: {', '.join(parts)} in {seconds:.1f} s"
        self._write(self._paint(summary, colour))
        self.stream.flush()

    def _explained(self, failure: Failure) -> list[str]:
        message, _, more = failure.message.partition("\n")
        lines = [self._paint(message, BOLD)]
        if failure.source is not None:
            lines.append(f"    {failure.source}")
        lines += more.splitlines()
        lines += details(failure)
        return lines

    def _paint(self, text: str, colour: str) -> str:
        return paint(text, colour if wants_colour(self.stream) else None)

    def _write(self, *lines: str) -> None:
        for line in lines:
            print(line, file=self.stream)


def details(failure: Failure) -> list[str]:
    """What there is to say about a failure below its message."""
    lines: list[str] = []
    for label, value in (("expected", failure.expected), ("got", failure.got)):
        if value is not None:
            first, *others = value.splitlines()
            lines += [f"{label:8}  {first}", *(f"{'':10}{other}" for other in others)]
    is_table = failure.expected is not None and failure.expected.startswith("{")
    lines += [f"{'differs':8}  {each}" for each in failure.differences if is_table]
    for label, stack in (("workflow", failure.workflow_stack), ("stack", failure.stack)):
        if stack:
            first, *others = stack.splitlines()
            lines += [f"{label:8}  {first}", *(f"{'':10}{other}" for other in others)]
    return lines


class JsonReport(Report):
    """One document with all tests; the fields are those of `Outcome` and `Failure`."""

    def finish(self, seconds: float) -> None:
        tests = [{**asdict(each), "status": each.status.value} for each in self.outcomes]
        document = {
            "passed": self.number("passed"),
            "failed": self.failed,
            "pending": self.number("pending"),
            "seconds": round(seconds, 3),
            "tests": tests,
        }
        json.dump(document, self.stream, indent=2, ensure_ascii=False)
        self.stream.write("\n")


class JunitReport(Report):
    """JUnit's XML."""

    def finish(self, seconds: float) -> None:
        root = ElementTree.Element("testsuites", self._counts(self.outcomes, seconds))
        for file in dict.fromkeys(outcome.file for outcome in self.outcomes):
            inside = [each for each in self.outcomes if each.file == file]
            suite = ElementTree.SubElement(
                root,
                "testsuite",
                {"name": file, **self._counts(inside, sum(each.seconds for each in inside))},
            )
            for outcome in inside:
                self._add_case(suite, outcome)
        ElementTree.indent(root)
        self.stream.write('<?xml version="1.0" encoding="utf-8"?>\n')
        self.stream.write(ElementTree.tostring(root, encoding="unicode") + "\n")

    def _counts(self, outcomes: list[Outcome], seconds: float) -> dict[str, str]:
        numbers = {
            "tests": len(outcomes),
            "failures": sum(each.status.value == "failed" for each in outcomes),
            "errors": 0,
            "skipped": sum(each.status.value == "pending" for each in outcomes),
        }
        return {**{name: str(number) for name, number in numbers.items()}, "time": f"{seconds:.3f}"}

    def _add_case(self, suite: ElementTree.Element, outcome: Outcome) -> None:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            {
                "classname": outcome.file.removesuffix(".lua").replace("/", "."),
                "name": _printable(outcome.name),
                "file": outcome.file,
                "line": str(outcome.line),
                "time": f"{outcome.seconds:.3f}",
            },
        )
        if outcome.status.value == "pending":
            ElementTree.SubElement(case, "skipped")
        if outcome.failure is not None:
            message = _printable(outcome.failure.message)
            failure = ElementTree.SubElement(
                case, "failure", {"message": message.partition("\n")[0]}
            )
            failure.text = "\n".join([message, *map(_printable, details(outcome.failure))])


_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _printable(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def new_report(format: str, stream: TextIO) -> Report:
    """The report of this format, to `stream`."""
    return {"text": TextReport, "junit": JunitReport, "json": JsonReport}[format](stream)
