"""Numbers as pictures: SVG that a page carries in itself.

Lengths along the page are per cent and heights are pixels, so that a chart fills any width while its text keeps the
size it is read in. What stands beside a bar stands in a place of its own, so that no text ever lies on another.
Colours come from the stylesheet by class (`chart-…` in charts.css), in the light, the dark, and on paper; nothing here
is a style attribute, which the portal's content policy would refuse. A chart is one picture to a screen reader, named
by its title and described by its description; the numbers themselves stand in the table that every chart comes with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from markupsafe import Markup, escape

MOST_SERIES: Final = 4
"""So many colours can be told apart, also on grey paper."""

_LINE: Final = 18  # one line of text, in pixels
_BAR: Final = 14
_GAP: Final = 10
_LABEL_LETTERS: Final = 38  # fit beside each other on the narrowest phone
_NARROWEST: Final = 300  # pixels that a chart has on the narrowest phone
_PLOT_HEIGHT: Final = 160
_NARROWEST_PLOT: Final = 240  # pixels: the narrowest phone less the room that charts.css leaves for the scale
_LETTER: Final = 7.5  # pixels that a letter takes at most, by and large
_WORDS_FIT_FROM: Final = 13.0  # per cent; a share narrower than this has no room for its words


@dataclass(frozen=True, slots=True)
class Mark:
    """One value. None is one that is not shown (hidden, or nothing to tell); `words` says the value, or why not."""

    value: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Series:
    """Values that belong together: one for each label of the chart, in its order. None is negative."""

    label: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What every kind of chart is told. `name` is unique on the page: letters, digits and hyphens."""

    name: str
    title: str
    description: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    top: float = 0
    """The value of a bar as long as can be, for per cent; 0 for the greatest value."""

    def __post_init__(self) -> None:
        if not 1 <= len(self.series) <= MOST_SERIES:
            raise ValueError(f"a chart has 1 to {MOST_SERIES} series")
        if any(len(one.marks) != len(self.labels) for one in self.series):
            raise ValueError("a chart has one value for each label")


def bars(chart: Chart) -> Markup:
    """Lying bars, each below its label and with its words behind it; several series lie under each other."""
    top, longest = _most(chart), _longest_bar(chart)
    parts, y = _legend(chart)
    for index, label in enumerate(chart.labels):
        words, y = _wrapped(label, y)
        parts += words
        for number, one in enumerate(chart.series, 1):
            mark = one.marks[index]
            length = longest * (mark.value or 0) / top
            if mark.value is not None:
                parts.append(_rect(0, y, length, _BAR, f"chart-{number}"))
            parts.append(_text(length, y + _BAR - 2, mark.words, "chart-value", dx=6))
            y += _BAR + 4
        y += _GAP
    return _svg(chart, y, parts)


def columns(chart: Chart) -> Markup:
    """Standing columns over a scale, for what has an order: hours, weekdays."""
    parts, y = _legend(chart)
    top, scale = _scale(chart, y)
    parts += scale
    step = _step(chart)
    width = step * 0.8 / len(chart.series)
    for index in range(len(chart.labels)):
        for number, one in enumerate(chart.series, 1):
            x = step * index + step * 0.1 + width * (number - 1)
            value = one.marks[index].value
            if value is None:
                parts.append(_rect(x, y + _LINE + _PLOT_HEIGHT - 6, width, 6, "chart-hidden"))
            else:
                height = _PLOT_HEIGHT * value / top
                parts.append(_rect(x, y + _LINE + _PLOT_HEIGHT - height, width, height, f"chart-{number}"))
    parts += _below(chart, y + _LINE + _PLOT_HEIGHT + _LINE)
    return _svg(chart, y + _LINE + _PLOT_HEIGHT + _LINE + _GAP, parts, "chart chart-plot")


def lines(chart: Chart) -> Markup:
    """One line for each series over time. Where a value is not shown, the line is broken."""
    parts, y = _legend(chart)
    top, scale = _scale(chart, y)
    parts += scale
    step, foot = _step(chart), y + _LINE + _PLOT_HEIGHT
    for number, one in enumerate(chart.series, 1):
        before: tuple[float, float] | None = None
        for index, mark in enumerate(one.marks):
            here = None
            if mark.value is not None:
                here = (step * (index + 0.5), foot - _PLOT_HEIGHT * mark.value / top)
                if before is not None:
                    parts.append(_line(*before, *here, f"chart-line chart-stroke-{number}"))
                parts.append(
                    Markup('<circle cx="{}%" cy="{}" r="4" class="chart-{}"/>').format(_n(here[0]), _n(here[1]), number)
                )
            before = here
    parts += _below(chart, foot + _LINE)
    return _svg(chart, foot + _LINE + _GAP, parts, "chart chart-plot")


def shares(chart: Chart) -> Markup:
    """One bar of a hundred per cent for each label, divided among the series. A label with a value that is not shown
    has no bar, for the rest of the bar would tell it."""
    parts, y = _legend(chart)
    for index, label in enumerate(chart.labels):
        words, y = _wrapped(label, y)
        parts += words
        marks = [one.marks[index] for one in chart.series]
        values = [mark.value for mark in marks if mark.value is not None]
        if len(values) < len(marks) or not sum(values):
            untold = next((mark.words for mark in marks if mark.value is None), marks[0].words)
            parts.append(_text(0, y + _BAR, untold, "chart-value"))
        else:
            parts += _shared_bar(values, y)
        y += _LINE + _GAP + 4
    return _svg(chart, y, parts)


def _shared_bar(values: list[float], y: float) -> list[Markup]:
    parts, x, whole = [], 0.0, sum(values)
    for number, value in enumerate(values, 1):
        width = 100 * value / whole
        parts.append(_rect(x, y, width, _LINE + 4, f"chart-{number}"))
        if width >= _WORDS_FIT_FROM:
            words = f"{width:.0f} %"
            parts.append(_text(x + width / 2, y + _LINE - 2, words, f"chart-on-{number}", anchor="middle"))
        x += width
    return parts


def _most(chart: Chart) -> float:
    return chart.top or max((mark.value or 0 for one in chart.series for mark in one.marks), default=0) or 1


def _longest_bar(chart: Chart) -> float:
    """Per cent of the width: the rest is for the words behind it, also on the narrowest phone."""
    words = max((len(mark.words) for one in chart.series for mark in one.marks), default=0)
    return max(20.0, 100 - 100 * (words * _LETTER + _GAP) / _NARROWEST)


def _step(chart: Chart) -> float:
    return 100 / max(1, len(chart.labels))


def _legend(chart: Chart) -> tuple[list[Markup], float]:
    """What each colour means, one below the other; nothing where there is but one. And where the chart begins."""
    if len(chart.series) == 1:
        return [], 0
    parts, y = [], 0
    for number, one in enumerate(chart.series, 1):
        parts.append(Markup('<rect x="0" y="{}" width="12" height="12" class="chart-{}"/>').format(y + 3, number))
        parts.append(_text(0, y + 13, one.label, "chart-label", dx=20))
        y += _LINE + 2
    return parts, y + _GAP


def _wrapped(label: str, y: float) -> tuple[list[Markup], float]:
    """The label in as many lines as it needs, and where it ends."""
    parts = []
    for line in wrap(label, _LABEL_LETTERS) or [""]:
        parts.append(_text(0, y + _BAR, line, "chart-label"))
        y += _LINE
    return parts, y + 2


def _scale(chart: Chart, y: float) -> tuple[float, list[Markup]]:
    """The value at the top of the plot, a round one, and the lines and words of the scale."""
    top = _round_up(_most(chart))
    parts = []
    for share in (0, 0.5, 1):
        height = y + _LINE + _PLOT_HEIGHT * (1 - share)
        parts.append(_line(0, height, 100, height, "chart-grid"))
        parts.append(_text(0, height + 4, _number(top * share), "chart-value", dx=-6, anchor="end"))
    return top, parts


def _round_up(value: float) -> float:
    """The next of 2, 4, 6, 8, 10, 20, 40 … so that the half of it is a whole number too."""
    power = 1
    while power * 10 < value:
        power *= 10
    return float(next(step * power for step in (2, 4, 6, 8, 10) if step * power >= value))


def _below(chart: Chart, y: float) -> list[Markup]:
    """The words below a plot: so few of them that on a narrow phone none touches the next, or the edge."""
    longest = _LETTER * max(map(len, chart.labels), default=0)
    step, most = _step(chart), max(1, int(_NARROWEST_PLOT / (longest + _LETTER)))
    every = -(-len(chart.labels) // most)
    last = 100 * (1 - longest / 2 / _NARROWEST_PLOT)
    return [
        _text(step * (index + 0.5), y, label, "chart-value", anchor="middle")
        for index, label in enumerate(chart.labels)
        if index % every == 0 and step * (index + 0.5) <= max(last, 50)
    ]


def _rect(x: float, y: float, width: float, height: float, css: str) -> Markup:
    return Markup('<rect x="{}%" y="{}" width="{}%" height="{}" class="{}"/>').format(
        _n(x), _n(y), _n(width), _n(height), css
    )


def _line(x1: float, y1: float, x2: float, y2: float, css: str) -> Markup:
    return Markup('<line x1="{}%" y1="{}" x2="{}%" y2="{}" class="{}"/>').format(_n(x1), _n(y1), _n(x2), _n(y2), css)


def _text(x: float, y: float, words: str, css: str, *, dx: float = 0, anchor: str = "start") -> Markup:
    return Markup('<text x="{}%" y="{}" dx="{}" text-anchor="{}" class="{}">{}</text>').format(
        _n(x), _n(y), _n(dx), anchor, css, words
    )


def _svg(chart: Chart, height: float, parts: Sequence[Markup], css: str = "chart") -> Markup:
    head = Markup(
        '<svg class="{}" width="100%" height="{}" role="img" aria-labelledby="{}-title {}-told" focusable="false">'
        '<title id="{}-title">{}</title><desc id="{}-told">{}</desc>'
    )
    name = escape(chart.name)
    begun = head.format(css, _n(height), name, name, name, chart.title, name, chart.description)
    return begun + Markup("").join(parts) + Markup("</svg>")


def _n(value: float) -> str:
    """A number as SVG wants it, without needless digits."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _number(value: float) -> str:
    """A whole number with a narrow space between thousands; halves with a comma."""
    return f"{value:,.1f}".removesuffix(".0").replace(",", "\u202f").replace(".", ",")
