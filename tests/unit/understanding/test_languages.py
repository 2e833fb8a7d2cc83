"""The language of a message is recognised in sixteen languages, and rather not at all than wrongly."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from portal.understanding.languages import recognise

SENTENCES: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "language_sentences.yaml").read_text(encoding="utf-8")
)
WRITTEN_WITHOUT_ACCENTS = ("sv", "fi", "tr", "pl", "es", "bs", "ku")


def is_right(tag: str, text: str) -> bool:
    """Persian and Dari are written alike: a Dari message without a word of its own may be taken for Persian."""
    return recognise(text) in ({"fa", "fa-AF"} if tag == "fa-AF" else {tag})


def without_accents(text: str) -> str:
    plain = text.replace("ł", "l").replace("ı", "i").replace("đ", "dj")
    return "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))


def share(tag: str, texts: list[str]) -> float:
    return sum(is_right(tag, text) for text in texts) / len(texts)


def test_sixteen_languages_stand_in_the_test() -> None:
    assert len(SENTENCES) == 16
    assert all(len(texts) >= 20 for texts in SENTENCES.values())


@pytest.mark.parametrize("tag", SENTENCES)
def test_nine_of_ten_messages_are_recognised_in_each_language(tag: str) -> None:
    assert share(tag, SENTENCES[tag]) >= 0.9


@pytest.mark.parametrize("tag", WRITTEN_WITHOUT_ACCENTS)
def test_also_when_the_keyboard_has_no_accents(tag: str) -> None:
    assert share(tag, [without_accents(text) for text in SENTENCES[tag]]) >= 0.9


def test_ninety_seven_of_a_hundred_are_recognised_over_all() -> None:
    right = [is_right(tag, text) for tag, texts in SENTENCES.items() for text in texts]
    right += [is_right(tag, without_accents(text)) for tag in WRITTEN_WITHOUT_ACCENTS for text in SENTENCES[tag]]
    assert sum(right) / len(right) >= 0.97


def test_clear_dari_words_make_it_dari_and_persian_is_never_taken_for_dari() -> None:
    assert recognise("د شفاخانه کار میکنم و پیسه ندارم") == "fa-AF"
    assert not [text for text in SENTENCES["fa"] if recognise(text) == "fa-AF"]


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("нема де спати", "uk"),
        ("нечего есть и некуда идти", "ru"),
        ("Ја сам са Косова и немам где да живим", "bs"),
        ("ne mogu platiti stanarinu ovaj mjesec", "bs"),
        ("نميدونم كجا بايد برم", "fa"),
        ("شلونك اريد مساعدة", "ar"),
    ],
)
def test_alike_languages_are_told_apart(text: str, tag: str) -> None:
    assert recognise(text) == tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("jag vill prata med någon om min son, يعني ابني", "sv"),
        ("ابني ما عم يروح عالمدرسة وانا ما بعرف شو اعمل, socialtjänsten orosanmälan", "ar"),
        ("försörjningsstöd nasıl başvurulur", "tr"),
        ("kiitos thank you, mutta en tarvitse apua tänään kun mies on töissä", "fi"),
        ("выплаты от Försäkringskassan не приходят", "ru"),
        ("የብለይን ገንዘብ sorry", "ti"),
    ],
)
def test_a_message_in_two_languages_has_that_of_most_of_it(text: str, tag: str) -> None:
    assert recognise(text) == tag


@pytest.mark.parametrize(
    "text",
    ["", "   ", "?", "112", "🙏🙏", "ok", "hm", "mvh", "011-15 00 00", "x@example.org", "\u202e\u200b", "qwrtz pfgh"],
)
def test_no_answer_when_there_is_too_little(text: str) -> None:
    assert recognise(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "ana mesh 3aref a7ki ma3 min",
        "3am yidrobni halla2 sa3douni",
        "kheyli tanham va mitarsam",
        "shoharam mano mizane komak konid",
        "muzh menya byot, chto delat",
        "ich weiß nicht, an wen ich mich wenden kann",
        "je ne sais pas à qui parler de mon fils",
        "nuk di me kë të flas për djalin tim",
        "jeg tør ikke gå hjem til min far",
        "ma ei tea kelle poole pöörduda",
        "ምን ማድረግ እንዳለብኝ አላውቅም ልጄ ታሞ ነው",
        "زه نه پوهیږم چې له چا سره خبرې وکړم",
        "مجھے نہیں معلوم کہ کس سے بات کروں",
    ],
)
def test_another_language_or_its_own_in_latin_letters_has_no_answer(text: str) -> None:
    assert recognise(text) is None


def test_a_text_of_any_length_is_answered() -> None:
    assert recognise("Jag vet inte vad jag ska göra. " * 5_000) == "sv"


def test_many_threads_may_ask_at_once() -> None:
    asked = [(tag, texts[2]) for tag, texts in SENTENCES.items()] * 5
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda pair: is_right(*pair), asked))
    assert sum(answers) / len(answers) >= 0.97
