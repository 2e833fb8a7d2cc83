from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.understanding.danger import Match, compile_phrases
from portal.understanding.phrases import read_phrase

VIOLENCE = "violence-now"


def found(text: str, *phrases: str, calm: tuple[str, ...] = ()) -> list[str]:
    matcher = compile_phrases({VIOLENCE: {"sv": phrases}}, calm={"sv": calm})
    return [match.phrase for match in matcher.find(text)]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("slår mig", "Han SLÅR mig!"),
        ("slår mig", "han slar mej"),
        ("självmord*", "tänker på självmordstankar"),
        ("(han|hon|min bror) slår", "min bror slår"),
        ("(han|hon|min bror) slår", "hon slår"),
        ("(miss*|slå*) mig", "de misshandlar mig"),
        ("slår (nu)? mig", "slår mig"),
        ("slår (nu)? mig", "slår nu mig"),
        ("slår _ mig", "slår mig"),
        ("slår _ mig", "slår ett två tre mig"),
        ("slår _ _ mig", "slår ett två tre fyra fem sex mig"),
        ("slår * mig", "slår så hårt mig"),
        ("ikväll dör", "i kväll dör"),
        ("يضربني", "وبيضربني كل يوم"),
        ("يقتلني", "سيقتلني"),
        ("slår _ mig", "slår slår ett två tre mig"),
        ("a b a c", "a b a b a c"),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str) -> None:
    assert found(text, phrase) == [phrase]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("slår mig", "slår alltid mig"),
        ("slår mig", "mig slår"),
        ("slå", "slår"),
        ("självmord*", "själv"),
        ("slår (nu)? mig", "slår då mig"),
        ("slår _ mig", "slår ett två tre fyra mig"),
        ("slår _ _ mig", "slår ett två tre fyra fem sex sju mig"),
        ("(han|hon|min bror) slår", "min slår"),
        ("يضربني", "لايضربني"),
    ],
)
def test_what_the_phrase_does_not_say_is_not_found(phrase: str, text: str) -> None:
    assert found(text, phrase) == []


def test_all_languages_are_read_at_once_and_each_phrase_is_told_once() -> None:
    matcher = compile_phrases({"a": {"sv": ["slår mig"], "ar": ["يضربني"]}, "b": {"en": ["hits (me|us)"]}})
    assert matcher.find("he hits me, slår mig, slår mig, يضربني") == (
        Match("b", "hits (me|us)", "en"),
        Match("a", "slår mig", "sv"),
        Match("a", "يضربني", "ar"),
    )


def test_a_calm_phrase_takes_back_only_what_it_shares_a_word_with() -> None:
    calm = ("vill inte dö", "i filmen _")
    assert found("jag vill inte dö", "vill _ dö", calm=calm) == []
    assert found("jag vill inte dö men sen vill jag dö", "vill _ dö", calm=calm) == ["vill _ dö"]
    assert found("jag vill inte dö, han slår mig", "slår mig", calm=calm) == ["slår mig"]
    assert found("i filmen som han såg slår mig", "slår mig", calm=calm) == ["slår mig"]
    assert found("i filmen ett två slår mig", "slår mig", calm=calm) == []


def test_of_several_readings_the_shortest_counts_against_a_calm_phrase() -> None:
    assert found("pappa skojar pappa slår", "pappa _ slår", calm=("pappa skojar",)) == ["pappa _ slår"]


@pytest.mark.parametrize("message", ["HJÄLP", " hjälp!! ", "Hjalp", "HJÄÄÄLP"])
def test_the_safe_word_alone_is_a_signal(message: str) -> None:
    matcher = compile_phrases({}, safe_word="HJÄLP")
    assert [match.signal for match in matcher.find(message)] == [VIOLENCE]


def test_the_safe_word_within_a_message_is_a_word() -> None:
    matcher = compile_phrases({}, safe_word="HJÄLP")
    assert matcher.find("jag vill ha hjälp") == ()
    assert compile_phrases({}).find("hjälp") == ()
    assert compile_phrases({}, safe_word="").find("") == ()


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("", "no word that must be there"),
        ("_ slår", "begins with words in between"),
        ("slår _", "ends with words in between"),
        ("(nu)? slår", "leave that word out"),
        ("slår (nu)?", "leave that word out"),
        ("sl*", "at least 3"),
        ("ss*", "at least 3"),
        ("slår?", "(ord)?"),
        ("((slår|mig)", "(ord|annat)"),
        ("slår|mig", "(ord|annat)"),
        ("(pappa|mamma slår mig", "a ( stands alone, a ) is missing after it"),
        ("pappa|mamma) slår mig", "(ord|annat)"),
        ("pappa) slår mig", "a ) stands alone, a ( is missing before it"),
        ("slår (|mig)", "no letters"),
        ("!!", "no letters"),
    ],
)
def test_a_phrase_that_cannot_be_read_is_named_with_its_remedy(phrase: str, sentence: str) -> None:
    with pytest.raises(ValueError) as error:
        compile_phrases({VIOLENCE: {"sv": [phrase]}})
    assert repr(phrase) in str(error.value)
    assert sentence in str(error.value)


def test_only_a_calm_phrase_may_end_with_words_in_between() -> None:
    assert [place.gap for place in read_phrase("i filmen _ _", calm=True)] == [0, 0, 3, 3]
    with pytest.raises(ValueError, match="ends with words in between"):
        read_phrase("i filmen _ _")


def test_a_phrase_with_many_words_that_may_be_absent_is_read_whatever_is_absent() -> None:
    matcher = compile_phrases({VIOLENCE: {"sv": ["han " + "(nu|just nu)? (bara)? _ " * 12 + "slår mig"]}})
    assert matcher.find("han slår mig")
    assert matcher.find("han bara just nu bara och så nu slår mig")
    assert not matcher.find("han bara just nu bara och så nu")


WORDS = st.sampled_from(["han", "slår", "mig", "inte", "ett", "två", "jag", "vill", "dö", "ابي", "يضربني"])
PHRASES = {VIOLENCE: {"sv": ["slår _ mig", "(jag|han) vill _ dö", "han slår", "slå* mig"], "ar": ["ابي _ يضربني"]}}
MATCHER = compile_phrases(PHRASES)


@given(st.lists(WORDS), st.lists(WORDS))
def test_more_text_never_takes_a_match_away(before: list[str], after: list[str]) -> None:
    alone = set(MATCHER.find(" ".join(before)))
    assert alone <= set(MATCHER.find(" ".join(before + after)))
    assert alone <= set(MATCHER.find(" ".join(after + before)))


@given(st.lists(WORDS), st.lists(WORDS))
def test_more_text_takes_a_match_away_only_through_a_calm_phrase(before: list[str], after: list[str]) -> None:
    calmed = compile_phrases(PHRASES, calm={"sv": ["mig inte", "inte slår"]})
    whole = before + after
    if not {("mig", "inte"), ("inte", "slår")} & set(pairwise(whole)):
        assert set(calmed.find(" ".join(before))) <= set(calmed.find(" ".join(whole)))
    assert set(calmed.find(" ".join(whole))) <= set(MATCHER.find(" ".join(whole)))


@given(st.lists(WORDS, max_size=12))
def test_a_gap_is_up_to_three_words(words: list[str]) -> None:
    expected = any(word == "slår" and "mig" in words[place + 1 : place + 5] for place, word in enumerate(words))
    assert ("slår _ mig" in {match.phrase for match in MATCHER.find(" ".join(words))}) == expected


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(MATCHER.find(text), tuple)


def test_a_calm_phrase_of_one_language_does_not_take_back_danger_in_another() -> None:
    """ "sen" is "then" in Swedish and "you" in Turkish: no saying of one language may hide danger in another."""
    matcher = compile_phrases({"no-roof-tonight": {"sv": ["hemlös sen"]}}, calm={"tr": ["sen"], "sv": ["på film"]})
    assert [match.signal for match in matcher.find("hemlös sen igår")] == ["no-roof-tonight"]
    assert matcher.find("hemlös sen på film") != ()
