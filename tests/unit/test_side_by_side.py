"""A missing translation is shown in Swedish and English, each marked with its language, wherever it stands."""

from __future__ import annotations

from babel.support import NullTranslations
from markupsafe import Markup, escape

from portal.i18n.side_by_side import BEGIN, BETWEEN, END, Originals, in_html, in_plain_text, side_by_side

SEND = side_by_side("Skicka", "Send")
IN_SPANS = (
    '<span class="originals" dir="ltr"><span lang="sv" dir="ltr">Skicka</span> '
    '<span lang="en" dir="ltr">Send</span></span>'
)


class English(NullTranslations):
    def gettext(self, message: str) -> str:
        return {"Skicka": "Send"}.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return "%(num)s day" if n == 1 else "%(num)s days"


def test_text_in_a_page_says_its_language_and_direction() -> None:
    assert in_html(f"<p>{SEND}</p>") == f"<p>{IN_SPANS}</p>"


def test_where_only_plain_text_can_stand_both_are_divided_by_a_stroke() -> None:
    assert in_html(f'<a title="{SEND}" class="x">{SEND}</a>') == f'<a title="Skicka / Send" class="x">{IN_SPANS}</a>'
    for element in ("title", "textarea", "option"):
        assert in_html(f"<{element} a=1>{SEND}</{element}>") == f"<{element} a=1>Skicka / Send</{element}>"
    assert in_plain_text(f"1. {SEND}!") == "1. Skicka / Send!"


def test_a_text_that_is_the_same_in_both_stands_once() -> None:
    name = side_by_side("Bris", "Bris")
    assert in_plain_text(name) == "Bris"
    assert in_html(name) == '<span class="originals" dir="ltr"><span lang="sv" dir="ltr">Bris</span></span>'


def test_placeholders_are_filled_in_both_and_escaped() -> None:
    text = escape(side_by_side("Hej %(name)s", "Hello %(name)s")) % {"name": "<b>"}
    assert in_html(text).count("&lt;b&gt;") == 2
    assert "<b>" not in in_html(text)


def test_what_is_filled_in_may_itself_be_missing_or_hold_elements() -> None:
    outer = side_by_side("Öppnar %(day)s", "Opens %(day)s") % {"day": side_by_side("i dag", "today")}
    assert in_plain_text(outer) == "Öppnar i dag / Opens today"
    with_element = Markup(side_by_side("Ring %(tel)s", "Call %(tel)s")) % {"tel": Markup('<a href="tel:112">112</a>')}
    assert in_html(with_element) == (
        '<span class="originals" dir="ltr"><span lang="sv" dir="ltr">Ring <a href="tel:112">112</a></span> '
        '<span lang="en" dir="ltr">Call <a href="tel:112">112</a></span></span>'
    )


def test_signs_without_their_partners_do_no_harm() -> None:
    assert in_html(f"a{BEGIN}b<p>{SEND}</p>") == f"ab<p>{IN_SPANS}</p>"
    assert in_plain_text(f"{BEGIN}x{END}y{BETWEEN}{END}z{BEGIN}å") == "xyzå"


def test_plural_and_single_texts_come_in_both_languages() -> None:
    originals = Originals(English())
    assert in_plain_text(originals.ugettext("Skicka")) == "Skicka / Send"
    assert in_plain_text(originals.ungettext("%(num)s dygn", "%(num)s dygn", 2) % {"num": 2}) == "2 dygn / 2 days"
    assert in_plain_text(originals.upgettext("button", "Nytt")) == "Nytt"


def test_without_english_the_swedish_text_stands_alone_and_marked() -> None:
    assert in_html(Originals(None).gettext("Nytt")) == (
        '<span class="originals" dir="ltr"><span lang="sv" dir="ltr">Nytt</span></span>'
    )
