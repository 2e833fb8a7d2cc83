"""With the bot stopped a text still routes, by the phrases that editors wrote; what is not known is not guessed."""

from __future__ import annotations

from typing import NoReturn

import pytest

from portal.triage.ruleset import Ruleset
from portal.understanding.bot import Bot, BotSilent
from portal.understanding.danger_rules import matcher_for
from portal.understanding.key_phrases import compile_key_phrases, key_phrases_for
from portal.understanding.reading import OUTSIDE_ENOUGH, OUTSIDE_WITHOUT_BOT, Reading, read_text
from tests.unit.triage.conftest import build_content, small_content

PHRASES = [
    ("vi blir vräkta från lägenheten", "housing.eviction"),
    ("hyresvärden vill vräka oss", "housing.eviction"),
    ("kan inte betala hyran", "housing.rent"),
    ("hyran är för hög", "housing.rent"),
    ("bostadsproblem", "housing"),
    ("pappa skriker hemma", "home"),
    ("mamma och pappa bråkar", "home"),
    ("var får jag parkera bilen", "outside.parking"),
    ("parkeringsböter för bilen", "outside.parking"),
]


class Stopped(Bot):
    """A bot that nobody has started."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", "secret")

    def parse(self, text: str, *, patience: float = 0.0) -> NoReturn:
        raise BotSilent("nobody there")


def read(text: str, ruleset: Ruleset) -> Reading:
    return read_text(text, ruleset=ruleset, danger=matcher_for(ruleset), bot=Stopped())


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("hyresvärden säger att vi ska vräkas", "housing.eviction"),
        ("vräkning", "housing.eviction"),
        ("jag kan inte betala min hyra", "housing.rent"),
        ("föräldrarna skriker och bråkar hemma", "home"),
    ],
)
def test_a_text_is_known_by_its_words_and_by_parts_of_them(text: str, topic: str) -> None:
    topics = compile_key_phrases(PHRASES).read(text).topics
    assert topics[0][0] == topic
    assert sum(sure for _, sure in topics) <= 1


def test_parts_that_are_as_likely_give_their_topic_as_a_whole() -> None:
    found = compile_key_phrases([("stor hyra", "housing.rent"), ("stor skuld", "housing.debt"), ("liten", "home")])
    assert found.read("stor").topics[0][0] == "housing"


def test_a_text_without_a_known_word_says_nothing() -> None:
    known = compile_key_phrases(PHRASES)
    assert known.read("zzz qqq").topics == ()
    assert known.read("").topics == ()


def test_an_outside_matter_is_known_and_must_be_surer_than_by_the_model() -> None:
    found = compile_key_phrases(PHRASES).read("parkeringsböter: var får jag parkera")
    assert (found.outside, found.outside_probability > 0.5) == ("parking", True)
    assert OUTSIDE_WITHOUT_BOT > OUTSIDE_ENOUGH


def test_phrases_are_counted_again_only_when_they_differ() -> None:
    content = small_content()
    before = key_phrases_for(build_content(content))
    content["services/youth.yaml"]["summary"] = "Annan text."
    assert key_phrases_for(build_content(content)) is before
    content["topics/home.yaml"]["phrases"]["sv"].append("trasig tvättmaskin")
    assert key_phrases_for(build_content(content)).read("tvättmaskin").topics


def test_with_the_bot_stopped_the_shipped_phrases_route(ruleset: Ruleset) -> None:
    reading = read("vi blir vräkta på fredag, hyresvärden har fått nog och hyran är inte betald", ruleset)
    assert not reading.bot_answered
    assert "housing.eviction" in reading.offered_topics()
    assert reading.told.choice("when") == "soon"


def test_danger_is_never_an_outside_matter(ruleset: Ruleset) -> None:
    outside = "jag har fått en parkeringsbot, hur överklagar man parkeringsböter för fel parkering"
    assert read(outside, ruleset).outside == "parking"
    both = read(f"{outside}, och han slår mig nu", ruleset)
    assert both.outside is None
    assert both.signals
