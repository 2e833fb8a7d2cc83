"""What is wrong with a text that is no YAML, in words of our own: the parser's are for programmers."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

_LINE_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class YamlProblem(ValueError):
    """The text is not YAML that we accept. Line and columns count from 1; `end` is just behind the place."""

    def __init__(self, line: int, column: int, end: int, says: str, remedy: str) -> None:
        super().__init__(f"{says}. {remedy}.")
        self.line = line
        self.column = column
        self.end = end
        self.says = says
        self.remedy = remedy


def lines_of(text: str) -> list[str]:
    """The lines of a text as YAML counts them."""
    return _LINE_BREAK.split(text)


def explained(text: str, error: yaml.YAMLError) -> YamlProblem:
    """A parser's error as a place and two sentences."""
    lines = [*lines_of(text), ""]  # the fast parser counts one behind the last
    if isinstance(error, yaml.reader.ReaderError):
        before = lines_of(text[: error.position])
        says = f"a control character (U+{error.character:04X}) stands here, which no text can hold"
        return YamlProblem(len(before), len(before[-1]) + 1, len(before[-1]) + 2, says, "Remove it")
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return YamlProblem(1, 1, 1, "this cannot be read", "Compare it with another file of the same kind")
    tab = _indented_with_tab(lines, mark.line)
    if tab is not None:
        says = "the line is indented with a tab"
        return YamlProblem(mark.line + 1, tab + 1, tab + 2, says, "Use spaces, two for each step")
    return _from_words(lines, error, mark)


def _indented_with_tab(lines: list[str], line: int) -> int | None:
    """The column of a tab among the spaces before the text, counted from 0."""
    text = lines[line]
    before = text[: len(text) - len(text.lstrip())]
    return before.index("\t") if "\t" in before else None


def _from_words(lines: list[str], error: Any, mark: Any) -> YamlProblem:
    context, problem, opened = str(error.context), str(error.problem), error.context_mark or mark
    in_brackets = context.startswith("while parsing a flow")
    if in_brackets and mark.line > opened.line:
        return _open_bracket(lines, opened.line, opened.column)
    if in_brackets and _character(lines, mark) == ":":
        return _stray_colon(lines, mark)
    if in_brackets and _character(lines, mark) == ",":
        return _at(lines, mark, "nothing stands before this comma", "Remove the comma, or write what is missing")
    if "quoted scalar" in context and "end of stream" in problem:
        return _at(lines, opened, "the quote that opens here is never closed", "Write the same quote after the text")
    if "escape" in problem:
        says = "a backslash in double quotes must be followed by a letter that it can be written with"
        return _at(lines, mark, says, "Use single quotes, or remove the backslash", before=1)
    if in_brackets:
        return _open_bracket(lines, opened.line, opened.column)
    return _from_more_words(lines, problem, mark, opened)


def _stray_colon(lines: list[str], mark: Any) -> YamlProblem:
    before = lines[mark.line][: mark.column].strip()
    if not before:
        return _at(lines, mark, "a key is missing before the colon", "Write it, or remove the line")
    if ":" in before or before.startswith("- "):
        return _at(lines, mark, "a colon stands inside a text here", 'Put the whole text in quotes: "…"')
    remedy = "Give it as many spaces as the key above it; if it belongs to a text above, put that in quotes"
    return _at(lines, mark, "this key stands further in than what is above it", remedy)


def _open_bracket(lines: list[str], line: int, column: int) -> YamlProblem:
    """The nearest bracket at or before a place that is not closed before it."""
    closed = 0
    for number in range(line, -1, -1):
        text = lines[number][: column + 1] if number == line else lines[number]
        for at in range(len(text) - 1, -1, -1):
            closed += (text[at] in "]}") - (text[at] in "[{")
            if closed < 0:
                closing = "]" if text[at] == "[" else "}"
                says, remedy = f"the {text[at]} that opens here is not closed", f"Write {closing} at its end"
                return YamlProblem(number + 1, at + 1, at + 2, says, f"{remedy}, and a comma between its parts")
    return YamlProblem(line + 1, column + 1, column + 2, "a bracket is not closed", "Close it, or put it in quotes")


def _character(lines: list[str], mark: Any) -> str:
    return str(lines[mark.line][mark.column : mark.column + 1])


def _from_more_words(lines: list[str], problem: str, mark: Any, opened: Any) -> YamlProblem:
    if "could not find expected ':'" in problem:
        if _character(lines, opened) == "-":
            return _at(lines, opened, "a space is missing after the hyphen", "Write the hyphen, a space and the text")
        return _at(lines, opened, "a colon is missing after the key", "Write the key, a colon, a space and the value")
    if "cannot start any token" in problem:
        if (first := _character(lines, mark)) == "\t":
            return _at(lines, mark, "a tab stands here", "Write a space instead")
        return _at(lines, mark, f"a text cannot begin with {first}", 'Put the whole text in quotes: "…"')
    if _character(lines, mark) == ":":
        return _stray_colon(lines, mark)
    if (closing := _character(lines, mark)) in ("]", "}"):
        return _at(lines, mark, f"this {closing} closes nothing", "Remove it, or put the whole text in quotes")
    if "block end" in problem or "sequence entries" in problem:
        says = "this does not stand in line with what is above it"
        remedy = "Give it as many spaces as the lines it belongs to, and look for an open quote above"
        return _at(lines, mark, says, remedy)
    return _at(lines, mark, "this cannot be read", "Compare it with another file of the same kind")


def _at(lines: list[str], mark: Any, says: str, remedy: str, *, before: int = 0) -> YamlProblem:
    """At a parser's mark, or some columns before it; a mark behind the last line is moved to the end of it."""
    line, column = mark.line, mark.column - before
    while line > 0 and not lines[line].strip():
        line -= 1
        column = len(lines[line].rstrip())
    return YamlProblem(line + 1, column + 1, column + 2, says, remedy)
