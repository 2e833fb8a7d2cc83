"""Charts are sound SVG, say the same as their numbers, and never lay text on text."""

import re
from collections.abc import Callable
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from portal.charts import Chart, Mark, Series, bars, columns, lines, shares

KINDS = (bars, columns, lines, shares)
NARROW, WIDE = 300, 700  # pixels
SCALE = 60  # pixels that charts.css leaves before a plot
LETTER = 7.5  # pixels; a broad guess for 13 pixel text


def chart(*values: float | None, labels: tuple[str, ...] = (), series: int = 1) -> Chart:
    marks = tuple(Mark(value, "färre än 5" if value is None else f"{value:g} timmar 40 minuter") for value in values)
    return Chart(
        name="c",
        title="Frågor",
        description="Vad den visar",
        labels=labels or tuple(f"etikett {n}" for n in range(len(values))),
        series=tuple(Series(f"serie {n}", marks) for n in range(series)),
    )


def parsed(svg: Markup) -> Xml.Element:
    return Xml.fromstring(svg)


def rects(svg: Markup, css: str) -> list[Xml.Element]:
    return [rect for rect in parsed(svg).iter("rect") if rect.get("class") == css and rect.get("x", "").endswith("%")]


def percent(text: str | None) -> float:
    assert text is not None
    return float(text.removesuffix("%"))


def test_bars_are_as_long_as_their_values() -> None:
    long, short, none = rects(bars(chart(40, 10, 0)), "chart-1")
    assert percent(long.get("width")) == pytest.approx(4 * percent(short.get("width")), rel=1e-3)
    assert percent(none.get("width")) == 0


def test_columns_are_as_high_as_their_values_and_stand_on_one_line() -> None:
    high, low = rects(columns(chart(8, 2)), "chart-1")
    assert float(high.get("height", 0)) == pytest.approx(4 * float(low.get("height", 0)))
    feet = {float(each.get("y", 0)) + float(each.get("height", 0)) for each in (high, low)}
    assert len(feet) == 1


def test_shares_fill_the_whole_bar() -> None:
    drawn = shares(Chart("c", "t", "d", ("sv",), (Series("a", (Mark(1, "1"),)), Series("b", (Mark(3, "3"),)))))
    (first,), (second,) = rects(drawn, "chart-1"), rects(drawn, "chart-2")
    assert (percent(first.get("width")), percent(second.get("width"))) == (25, 75)
    assert "25 %" in drawn
    assert "75 %" in drawn


def test_a_value_that_is_hidden_leaves_no_trace_of_its_size() -> None:
    assert "färre än 5" in bars(chart(None, 10))
    assert len(rects(bars(chart(None, 10)), "chart-1")) == 1
    assert len(rects(columns(chart(None, 10)), "chart-1")) == 1
    drawn = shares(Chart("c", "t", "d", ("sv",), (Series("a", (Mark(None, "?"),)), Series("b", (Mark(3, "3"),)))))
    assert not rects(drawn, "chart-2")
    assert len(re.findall("chart-line", lines(chart(1, 2, None, 3, 4)))) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_has_a_name_and_a_description_for_who_does_not_see_it(kind: Callable[[Chart], Markup]) -> None:
    svg = parsed(kind(chart(3, 9)))
    named = {child.get("id"): child.text for child in svg if child.get("id")}
    assert svg.get("role") == "img"
    assert [named[each] for each in svg.get("aria-labelledby", "").split()] == ["Frågor", "Vad den visar"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_in_a_chart_is_a_style_or_runs(kind: Callable[[Chart], Markup]) -> None:
    wicked = '"><script>alert(1)</script><a style="x">'
    svg = kind(Chart(wicked, wicked, wicked, (wicked,), (Series(wicked, (Mark(5, wicked),)),) * 2))
    for part in parsed(svg).iter():
        assert part.tag in {"svg", "title", "desc", "rect", "line", "circle", "text"}
        assert not {"style", "onload", "href"} & set(part.attrib)


@settings(max_examples=60)
@given(
    kind=st.sampled_from(KINDS),
    values=st.lists(st.one_of(st.none(), st.integers(0, 800_000)), min_size=1, max_size=60),
    series=st.integers(1, 4),
    width=st.sampled_from([NARROW, WIDE]),
)
def test_no_text_lies_on_another_or_beside_the_page(
    kind: Callable[[Chart], Markup], values: list[int | None], series: int, width: int
) -> None:
    label = "v. {}" if kind in (columns, lines) else "Våld och hot hemma, eller oro för att någon annan blir slagen {}"
    svg = kind(chart(*values, labels=tuple(label.format(n) for n in range(len(values))), series=series))
    room = SCALE if kind in (columns, lines) else 0
    boxes = sorted(box_of(text, width - room) for text in parsed(svg).iter("text"))
    for top, start, end in boxes:
        assert start >= -room - 1
        assert end <= width - room + 1
        for other_top, other_start, other_end in boxes:
            same = (top, start, end) == (other_top, other_start, other_end)
            assert same or abs(top - other_top) >= 13 or end <= other_start or other_end <= start


def box_of(text: Xml.Element, width: int) -> tuple[float, float, float]:
    """Where its baseline is, and where it starts and ends."""
    x = percent(text.get("x")) * width / 100 + float(text.get("dx", 0))
    length = len(text.text or "") * LETTER
    start = x - {"start": 0, "middle": length / 2, "end": length}[text.get("text-anchor", "start")]
    return float(text.get("y", 0)), start, start + length
