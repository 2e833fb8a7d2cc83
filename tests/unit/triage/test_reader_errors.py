"""Every mistake in a rule file is told with its place, what stands there, what is allowed and what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from portal.triage.grammar import Service
from portal.triage.reader import RuleFilesInvalid, read_folder
from portal.triage.shape_errors import complaints
from tests.unit.triage.mistakes import errors_after
from tests.unit.triage.test_reader import HOUSING, write_folder

FILE = "services/housing.yaml"
CONDITION = "topic: housing"
HOURS = '{mon-fri: ["08:00-16:30"]}'
LAST = "    because: Därför.\n"

# what is written, what instead, line, column, what the error says
KEYS_AND_WORDS = [
    (
        "suggest: good",
        "sugest: good",
        16,
        5,
        "'sugest' is not a key here. Did you mean 'suggest'? Allowed here: id, if",
    ),
    ("suggest: good", "suggest: goood", 16, 14, "'suggest' is 'goood'. Did you mean 'good'? Allowed here: strong,"),
    ("kind: phone", "kind: fone", 10, 12, "'kind' is 'fone'. Did you mean 'phone'? Allowed here: phone, visit"),
    ("assessment_required: no", "assessment_required: maybe", 8, 22, "is 'maybe'. Allowed here: no, mixed, yes"),
    (CONDITION, "topik: housing", 15, 10, "'topik' is not a condition. Did you mean 'topic'? Allowed here: topic,"),
    (CONDITION, "xyzzy: housing", 15, 10, "'xyzzy' is not a condition. Remove it, or choose one of those allowed."),
    (CONDITION, "not: {agee: 10-12}", 15, 16, "'agee' is not a condition. Did you mean 'age'?"),
    ("order: 20", "Order: 20", 4, 1, "'Order' is not a key here. Did you mean 'order'?"),
    ("order: 20", "order: 20\nrules_for: x", 5, 1, "and 24 more, written in schema/service.schema.json"),
    ("order: 20", "order: 20\n1: x", 5, 1, "'1' is not a key here"),
    ("order: 20", "order: 20\n: x", 5, 1, "a key is missing before the colon"),
    ("order: 20", "order: 20\n<<: {fee: free}", 5, 1, "'<<' takes keys from another place"),
]
NAMES = [
    (CONDITION, "topic: housign", 15, 17, "there is no topic 'housign'. Did you mean 'housing'? Allowed here: danger,"),
    (CONDITION, "topic: [home, housing.evict]", 15, 24, "no topic 'housing.evict'. Did you mean 'housing.eviction'?"),
    (CONDITION, "not: {any: [{area: nort}]}", 15, 29, "there is no area 'nort'. Did you mean 'north'?"),
    (CONDITION, "signal: violence", 15, 18, "there is no signal 'violence'. Did you mean 'violence-now'?"),
    (CONDITION, "language: fi", 15, 20, "there is no language 'fi'. Allowed here: sv, en"),
    ("source: test", "source: test\nareas: [north, soth]", 13, 16, "there is no area 'soth'. Did you mean 'south'?"),
    ("source: test", "source: test\nfallback_when_closed: on-cal", 13, 23, "Did you mean 'on-call'?"),
    ("source: test", "source: test\nfallback_when_closed: housing", 13, 23, "cannot stand in for itself"),
    ("service: housing", "service: house", 1, 10, "write service: housing, or rename the file"),
    ("id: housing-any", "id: call-112", 14, 9, "'call-112' stands already in services/emergency-112.yaml"),
    ("order: 20", "order: 1", 4, 8, "the service order 1 stands already in"),
    (
        "service: housing",
        "service: Bo stad",
        1,
        10,
        "'service' is 'Bo stad'. Did you mean 'bo-stad'? Write it with a-z",
    ),
]
TYPES = [
    ("order: 20", "order: twenty", 4, 8, "'order' is 'twenty'. Write a whole number, for example 20."),
    ("order: 20", 'order: "20"', 4, 8, "'order' is '20'. Write a whole number without quotes: 20"),
    ("order: 20", "order: 2.5", 4, 8, "'order' is the number 2.5. Write a whole number"),
    ("order: 20", "order: [20]", 4, 8, "'order' is a list. Write a whole number"),
    ("source: test", "source: 12", 12, 9, "'source' is the number 12. Write a text here; put it in quotes: \"12\""),
    ("source: test", "source: true", 12, 9, "'source' is the YAML word true. Write a text here; put it in quotes"),
    ("source: test", "source:", 12, 1, "'source' is nothing. Write a text here."),
    ("source: test", "source: [a]", 12, 9, "'source' is a list. Write one text here."),
    ("source: test", 'source: "  "', 12, 9, "'source' is '  '. Write a text."),
    ("source: test", "source: test\nstaff_only: yes", 13, 13, "'staff_only' is 'yes'. Write true for that."),
    ("source: test", "source: test\nlanguages: sv", 13, 12, "'languages' is 'sv'. Write a list here: [sv]"),
    ("source: test", "source: test\nlanguages: [sv, 7]", 13, 17, "item 2 of 'languages' is the number 7."),
    ("- {kind: phone", "- Ring oss: dygnet runt\n  - {kind: phone", 10, 5, "'Ring oss' is not a key here"),
    (LAST, '    because:\n      - Ring: "nu"\n', 18, 7, "'because' is a list. Write one text here."),
    ("channels:", "rules: []\nchannels:", 14, 1, "'rules' stands twice here, first in line 9. Remove one of them."),
    (CONDITION, "children-present: true", 15, 28, "is the YAML word true. Did you mean 'yes'? Allowed here: yes, no"),
    (CONDITION, "about: [self, 3]", 15, 24, "item 2 of 'about' is the number 3. Allowed here: self, my-child"),
    ("if: {topic: housing}", "if: housing", 15, 9, "'if' is 'housing'. Write a block of keys here"),
    ("source: test", f"source: {'x' * 1501}", 12, 9, "this has 1,501 characters. At most 1,500 are allowed."),
]
MISSING = [
    ("    suggest: good\n", "", 15, 9, "'suggest' is missing. Write after line 15: suggest: good"),
    ("for: För alla.\n", "", 6, 8, "'for' is missing. Write after line 6: for: "),
    ("service: housing\n", "", 1, 1, "'service' is missing. Write first in this block: service: reception"),
    ("kind: phone, ", "", 10, 5, "'kind' is missing. Write first in this block: kind: phone"),
    ('hours: {mon-fri: ["08:00-16:30"]}\n', "", 10, 3, 'Write after line 10: hours: {mon-fri: ["08:00-16:30"]}'),
]
AGES = [
    ("10 - 25", "10-25"),
    ("25-10", "10-25"),
    ("about 25-10", "about 10-25"),
    ("ca 10-25", "about 10-25"),
    ("10–25", "10-25"),
    ("<18", "under 18"),
    ("<= 18", "under 19"),
    ("yngre än 18", "under 18"),
    ("over 18", "19+"),
    ('">18"', "19+"),
    ('">=18"', "18+"),
    ("från 18 år", "18+"),
    ("18 +", "18+"),
    ("ålder ca 10-25", "about 10-25"),
    ("18", "18-18"),
]
BLOCKS = [
    (CONDITION, "any: []", 15, 15, "'any' is an empty list []. Write at least 1, or remove the key."),
    (CONDITION, "topic: []", 15, 17, "'topic' is an empty list []. Write at least 1, or remove the key."),
    (CONDITION, "not: {}", 15, 15, "'not': this block is empty and says nothing. Write a condition in it"),
    (CONDITION, "any: [{topic: home}, {}]", 15, 31, "item 2 of 'any': this block is empty and says nothing"),
    (CONDITION, "any: {topic: home}", 15, 15, "'any' is a block of keys. Write a list here"),
    (CONDITION, "not: [{topic: home}]", 15, 15, "'not' is a list. Write a block of keys here"),
    (CONDITION, "topic: ", 15, 10, "'topic' is nothing. Write a text here."),
    (CONDITION, "age: under 0", 15, 15, "nobody is 'under 0'"),
    (CONDITION, "age: 150+", 15, 15, "nobody is '150+'. Write an age up to 120."),
    (
        CONDITION,
        "age: teen",
        15,
        15,
        "'age' is 'teen'. Write an age as 10-25, about 10-25 (soft edges), under 18 or 18+.",
    ),
]
HOURS_WRITTEN = [
    ('"08:00-16:30"', '"8-16"', 11, 19, "is '8-16'. Did you mean '08:00-16:00'?"),
    ('"08:00-16:30"', '"8 to 5"', 11, 19, "is '8 to 5'. Did you mean '08:00-17:00'?"),
    ('"08:00-16:30"', '"kl 8"', 11, 19, "is 'kl 8'. Write a period in quotes such as \"08:00-16:30\""),
    ('"08:00-16:30"', "kl 8–16.30", 11, 19, "Did you mean '08:00-16:30'?"),
    ('"08:00-16:30"', '"08:00–16:00"', 11, 19, "is '08:00–16:00'. Did you mean '08:00-16:00'?"),
    ('"08:00-16:30"', '"08:00-08:00"', 11, 19, "is '08:00-08:00'. Write a period"),
    ('"08:00-16:30"', '"08:00-25:00"', 11, 19, "a day ends at 24:00"),
    ('"08:00-16:30"', "8", 11, 19, "is the number 8."),
    ("mon-fri:", "monday:", 11, 9, "a key of 'hours' is 'monday'. Did you mean 'mon'?"),
    ("mon-fri:", "måndag:", 11, 9, "Did you mean 'mon'?"),
    ("mon-fri:", "torsdagar - Söndag:", 11, 9, "Did you mean 'thu-sun'?"),
    ("mon-fri:", "vardagar:", 11, 9, "Did you mean 'mon-fri'?"),
    ("mon-fri:", "helgdagar:", 11, 9, "a key of 'hours' is 'helgdagar'. Did you mean 'holidays'?"),
    ("mon-fri:", "röda dagar:", 11, 9, "Did you mean 'holidays'?"),
    ("mon-fri:", "Aftnar:", 11, 9, "Did you mean 'eves'?"),
    ("mon-fri:", "holidays-eves:", 11, 9, "such as mon-fri; or holidays, eves"),
    (
        HOURS,
        '{holidays: ["10:00-14:00"]}\nclosed_on_holidays: true',
        12,
        21,
        "'closed_on_holidays' and the periods of 'holidays' among the hours say different things. "
        "Remove closed_on_holidays; an empty list of 'holidays' is closed.",
    ),
    (HOURS, "{eves: []}\nclosed_on_eves: false", 12, 17, "'closed_on_eves' and the periods of 'eves'"),
    ("mon-fri:", "fri-mon:", 11, 9, "a range with the earlier day first"),
    (HOURS, "alltid", 11, 8, "'hours' is 'alltid'. Write always, or days with lists of periods"),
    (HOURS, "allways", 11, 8, "Did you mean 'always'?"),
    (HOURS, '{mon-fri: "08:00-16:30"}', 11, 18, "'mon-fri' is '08:00-16:30'. Write a list here: [\"08:00-16:30\"]"),
    (HOURS, "{mon-fri: 8-16}", 11, 18, "'mon-fri' is '8-16'. Write a list here: [\"08:00-16:00\"]"),
    (HOURS, "{mon-fri: closed}", 11, 18, "'mon-fri' is 'closed'. Write an empty list for closed: []"),
    (HOURS, "{mon-fri: Stängt}", 11, 18, "'mon-fri' is 'Stängt'. Write an empty list for closed: []"),
]
DAYS_WRITTEN = [
    (
        "source: test",
        "source: test\nvalid: {from: 2026-02-30}",
        13,
        15,
        "'from' is '2026-02-30'. Write a day that exists",
    ),
    ("source: test", "source: test\nvalid: {from: 20260201}", 13, 15, "'from' is the number 20260201. Write a day"),
    ("source: test", "source: test\nvalid: {from: 2026-2-1}", 13, 15, "Did you mean '2026-02-01'?"),
    ("source: test", "source: test\nvalid: {till: 2026-02-01}", 13, 9, "'till' is not a key here"),
    (
        "source: test",
        "source: test\nvalid: {from: 2026-12-30, to: 2026-01-01}",
        13,
        31,
        "this ends on 2026-01-01, before it begins on 2026-12-30.",
    ),
    (
        "source: test",
        "source: test\nexceptions: [{date: 2026-12-24}, {date: 2026-12-24}]",
        13,
        41,
        "2026-12-24 stands twice among the exceptions",
    ),
]
YAML_ITSELF = [
    ("rules:", "rules: [", 13, 8, "the [ that opens here is not closed. Write ] at its end"),
    ("if: {topic: housing}", "if: {topic: housing", 15, 9, "the { that opens here is not closed. Write } at its end"),
    ("if: {topic: housing}", "if: {topic: housing}}", 15, 25, "this } closes nothing"),
    ("name: Bostad", 'name: "Bostad', 10, 28, "look for an open quote above"),
    (LAST, '    because: "Därför.\n', 17, 14, "the quote that opens here is never closed. Write the same quote"),
    (
        LAST,
        "    because: Därför: ring.\n",
        17,
        20,
        'a colon stands inside a text here. Put the whole text in quotes: "…"',
    ),
    (LAST, "    because: @ring\n", 17, 14, "a text cannot begin with @. Put the whole text in quotes"),
    (LAST, "    because: *ring\n", 17, 14, "*ring points to another place, and rule files do without that."),
    (LAST, "    because: &ring nu\n", 17, 14, "&ring names a place"),
    (LAST, "    because: !ring nu\n", 17, 14, "! begins a tag, and rule files do without tags."),
    (LAST, '    because: "\\q"\n', 17, 15, "a backslash in double quotes must be followed by"),
    (LAST, '    because: "\\0"\n', 17, 14, "the text holds a control character (U+0000). Remove it."),
    (LAST, "    because: a\x07b\n", 17, 15, "a control character (U+0007) stands here"),
    (LAST, "    because Därför.\n", 17, 5, "a colon is missing after the key. Write the key, a colon, a space"),
    (LAST, "    -därför\n", 17, 5, "a space is missing after the hyphen. Write the hyphen, a space and the text."),
    (LAST, "    because: Därför.\n---\n", 18, 1, "a second document begins here. Remove the line ---"),
    ("    suggest: good", "\tsuggest: good", 16, 1, "the line is indented with a tab. Use spaces"),
    ("    suggest: good", "   suggest: good", 16, 4, "this does not stand in line with what is above it."),
    ("order: 20", "order: 20\n  fee: free", 5, 6, "this key stands further in than what is above it."),
    ("source: test", "source: test\nsource: twice", 13, 1, "'source' stands twice here, first in line 12."),
    ("source: test", "source: test\n? [a]\n: b", 13, 3, "a key is a single word"),
    (CONDITION, "not: " + "{not: " * 20 + "{}" + "}" * 20, 15, 117, "this is nested too deep"),
]
EVERY = [*KEYS_AND_WORDS, *NAMES, *TYPES, *MISSING, *BLOCKS, *HOURS_WRITTEN, *DAYS_WRITTEN, *YAML_ITSELF]


@pytest.mark.parametrize(("written", "instead", "line", "column", "says"), EVERY)
def test_a_mistake_is_told_with_its_line_and_column_and_the_remedy(
    written: str, instead: str, line: int, column: int, says: str
) -> None:
    errors = errors_after(written, instead)
    told = [(error.line, error.column, error.message) for error in errors if error.file == FILE]
    assert any((at, where) == (line, column) and says in message for at, where, message in told), told


@pytest.mark.parametrize(("written", "meant"), AGES)
def test_an_age_in_another_notation_is_translated_into_ours(written: str, meant: str) -> None:
    (error,) = errors_after(CONDITION, f"age: {written}")
    assert (error.line, error.column, error.meant) == (15, 15, meant)


def test_an_error_shows_the_line_with_a_mark_under_the_place() -> None:
    (error,) = errors_after(CONDITION, "topik: housing")
    assert str(error).splitlines() == [
        "services/housing.yaml, line 15, column 10: 'topik' is not a condition.",
        "   15 |     if: {topik: housing}",
        "      |          ^^^^^",
        "   Did you mean 'topic'?",
        "   Allowed here: topic, signal, about, age, area, language, when, roof-tonight, children-present, "
        "tried-before, as, not, any",
    ]


def test_a_misspelt_key_is_told_once_and_not_also_as_missing() -> None:
    (error,) = errors_after("suggest: good", "sugest: good")
    assert error.meant == "suggest"


def test_of_a_long_line_only_what_lies_around_the_place_is_shown() -> None:
    (error,) = errors_after("source: test", f"source: test\nareas: [{'north, ' * 60}soth]")
    _, shown, marker, *_ = str(error).splitlines()
    assert len(shown) < 130
    start = marker.index("^")
    assert shown[start : start + marker.count("^")] == "soth"


def test_of_many_allowed_words_the_nearest_are_shown_and_where_the_others_stand(tmp_path: Path) -> None:
    write_folder(tmp_path)
    areas = "".join(f"  - {{slug: place-{number}, name: Plats {number}, source: test}}\n" for number in range(60))
    path = tmp_path / "areas.yaml"
    path.write_text(path.read_text(encoding="utf-8") + areas.replace("  -", "-"), encoding="utf-8")
    (tmp_path / FILE).write_text(HOUSING.replace(CONDITION, "area: palce-7"), encoding="utf-8")
    with pytest.raises(RuleFilesInvalid) as caught:
        read_folder(tmp_path)
    (error,) = caught.value.errors
    assert error.meant == "place-7"
    assert error.allowed.startswith("place-7, ")
    assert error.allowed.endswith("and 57 more, written in areas.yaml")


def test_a_rule_that_can_come_true_in_too_many_ways_is_to_be_split() -> None:
    choice = "{any: [{when: now}, {age: 1-2}, {as: private}]}"
    (error,) = errors_after(CONDITION, f"not: {{any: [{', '.join(['{not: ' + choice + '}'] * 4)}]}}")
    assert "can come true in 81 ways, and 64 are the most. Split it into several rules" in error.message


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("topics/home.yml.bak", "this is not the name of a rule file. Did you mean 'topics/home.yaml'?"),
        ("topics/money.yml", "Did you mean 'topics/money.yaml'?"),
        ("topics/old/money.yaml", "this is not the name of a rule file. Rename it, or move it out of the folder."),
        ("question.yaml", "Did you mean 'questions.yaml'?"),
        ("topics/reception.yaml", "this file is a service: it begins with 'service'. Move it to the folder services/."),
    ],
)
def test_a_file_in_the_wrong_place_is_told_where_it_belongs(tmp_path: Path, name: str, says: str) -> None:
    write_folder(tmp_path)
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text((tmp_path / "services/reception.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(RuleFilesInvalid) as caught:
        read_folder(tmp_path)
    (error,) = caught.value.errors
    assert error.file == name
    assert says in error.message


@pytest.mark.parametrize(
    ("written", "line", "says"),
    [
        (b"", 1, "the file is empty"),
        (b"# nothing but a remark\n", 1, "the file is empty"),
        (b"name: Mottagning\norder: 5\nname_2: L\xe4n\n", 3, "this is not UTF-8 text. Save the file as UTF-8"),
        ("name: Länk".encode("utf-16"), 1, "this is not UTF-8 text"),
        (b"a: " + b"x" * 1_000_000, 1, "the file has 1,000,003 bytes. At most 1,000,000 are allowed"),
        (b"a: \x00\n", 1, "a control character (U+0000) stands here"),
        (b"[" * 100_000, 1, "this is nested too deep"),
        (b"- just a list\n", 1, "the file is a list. Write a block of keys here"),
        (b"just a text\n", 1, "the file is 'just a text'. Write a block of keys here"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", 1, "&a names a place"),
    ],
)
def test_a_file_that_is_no_rule_file_at_all_is_refused_in_one_sentence(
    tmp_path: Path, written: bytes, line: int, says: str
) -> None:
    write_folder(tmp_path)
    (tmp_path / FILE).write_bytes(written)
    with pytest.raises(RuleFilesInvalid) as caught:
        read_folder(tmp_path)
    (error,) = caught.value.errors
    assert (error.file, error.line) == (FILE, line)
    assert says in error.message


def test_broken_yaml_in_one_file_does_not_hide_the_mistakes_in_others(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "questions.yaml").write_text("questions: [", encoding="utf-8")
    (tmp_path / FILE).write_text(HOUSING.replace("suggest: good", "sugest: good"), encoding="utf-8")
    with pytest.raises(RuleFilesInvalid) as caught:
        read_folder(tmp_path)
    assert [(error.file, error.line) for error in caught.value.errors] == [("questions.yaml", 1), (FILE, 16)]


def test_an_error_that_nobody_foresaw_still_says_where_and_what() -> None:
    unforeseen = PydanticCustomError("unforeseen", "Input should be a valid widget")
    detail = InitErrorDetails(type=unforeseen, loc=("order",), input="x")
    (complaint,) = complaints(Service, {"order": "x"}, ValidationError.from_exception_data("Service", [detail]))
    assert complaint.path == ("order",)
    assert complaint.says == "'order' is 'x'"
    assert complaint.remedy == "That cannot stand here; compare it with another file of the same kind"


def test_the_questions_answers_are_facts_that_exist(tmp_path: Path) -> None:
    write_folder(tmp_path)
    path = tmp_path / "questions.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("value: south", "value: soth").replace("value: 'no'", "value: nej"), encoding="utf-8")
    with pytest.raises(RuleFilesInvalid) as caught:
        read_folder(tmp_path)
    told = [error.message for error in caught.value.errors]
    assert told == [
        "'nej' is no answer about roof-tonight. Allowed here: yes, no",
        "there is no area 'soth'. Did you mean 'south'? Allowed here: north, south",
    ]


def test_only_the_question_about_area_may_leave_its_answers_out(tmp_path: Path) -> None:
    write_folder(tmp_path)
    question = "questions:\n- {fact: area, ask: Var?, why: Därför.}\n"
    (tmp_path / "questions.yaml").write_text(question, encoding="utf-8")
    assert read_folder(tmp_path).questions["area"].answers == []
    (tmp_path / "questions.yaml").write_text(question.replace("area", "when"), encoding="utf-8")
    with pytest.raises(RuleFilesInvalid, match="the question about when has no answers"):
        read_folder(tmp_path)
