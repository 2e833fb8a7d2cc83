"""Receipt codes as people type them, and references as people say them."""

import re
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.records import receipt_code
from portal.records.receipt_code import CodeMistyped, grouped, hash_key, keyed_hash, new_code, parse

CODES = st.from_regex(r"[0-9]{16}", fullmatch=True)
SPACES = [" ", "\u00a0", "\u2009", "\t", "\r\n", "  ", ""]
HYPHENS = ["-", "\u2010", "\u2011", "\u2013", "\u2014", "\u2212", "\u00ad", "_"]
DOTS = [".", "\u00b7", "\u2022", "\u3002"]
INVISIBLE = ["\u200e", "\u200f", "\u061c", "\u2066", "\u2069", "\u200b", "\ufeff"]
SEPARATORS = st.sampled_from([*SPACES, *HYPHENS, *DOTS, *INVISIBLE])
# The zero of every set of ten digits that Unicode knows.
ZEROES = [chr(point) for point in range(0x110000) if unicodedata.decimal(chr(point), None) == 0]


@given(CODES)
def test_the_code_as_shown_is_read_again(code):
    assert parse(grouped(code)) == code


@given(CODES, st.sampled_from(ZEROES))
def test_the_digits_of_any_script_are_read(code, zero):
    assert parse("".join(chr(ord(zero) + int(digit)) for digit in code)) == code


def test_scripts_that_people_here_write_are_among_them():
    assert {"0", "٠", "۰", "०"} <= set(ZEROES)


@given(CODES, st.lists(SEPARATORS, min_size=17, max_size=17))
def test_spaces_hyphens_dots_and_invisible_marks_do_not_matter(code, between):
    typed = "".join(separator + digit for separator, digit in zip(between, [*code, ""], strict=True))

    assert parse(typed) == code


@given(st.text(alphabet="0123456789 -", max_size=40).filter(lambda text: len(re.sub(r"\D", "", text)) != 16))
def test_too_few_or_too_many_digits_are_said_so(text):
    with pytest.raises(CodeMistyped) as refused:
        parse(text)

    assert refused.value.reason == "length"


@given(CODES, st.characters(categories=["L", "So", "Sm", "Nl", "No"], exclude_characters="−"), st.integers(0, 16))
def test_letters_and_signs_are_said_so(code, stray, place):
    with pytest.raises(CodeMistyped) as refused:
        parse(code[:place] + stray + code[place:])

    assert refused.value.reason == "characters"


@given(st.text())
def test_whatever_is_typed_is_read_or_refused_never_a_crash(text):
    with suppress(CodeMistyped):
        assert re.fullmatch(r"[0-9]{16}", parse(text))


def test_new_codes_have_sixteen_digits_and_do_not_repeat():
    codes = {new_code() for _ in range(2000)}

    assert len(codes) == 2000
    assert all(re.fullmatch(r"[0-9]{16}", code) for code in codes)
    assert {code[0] for code in codes} == set("0123456789")  # leading zeroes too


@given(st.binary(min_size=32, max_size=32))
def test_a_seed_always_gives_the_same_code(seed):
    assert receipt_code.code_from(seed) == receipt_code.code_from(seed)
    assert re.fullmatch(r"[0-9]{16}", receipt_code.code_from(seed))


def test_seeds_that_differ_give_codes_that_differ():
    codes = {receipt_code.code_from(number.to_bytes(32, "big")) for number in range(1000)}

    assert len(codes) == 1000


def test_the_hash_depends_on_the_code_and_on_the_secret():
    key = hash_key("secret")
    hashes = {keyed_hash(code, each) for code in ("1" * 16, "2" * 16) for each in (key, hash_key("other"))}

    assert len(hashes) == 4
    assert keyed_hash("1" * 16, key) == keyed_hash("1" * 16, hash_key("secret"))
    assert all(re.fullmatch(r"[0-9a-f]{64}", each) for each in hashes)


def test_the_hash_of_a_known_code_stays_what_it_is():
    """A changed derivation would lock out everyone who holds a code: this value may not change."""
    known = "438cd5f27a794c0492eb35a5b706cba83c1d77112ecfda680dae416ac3eb105f"

    assert keyed_hash("0123456789012345", hash_key("secret")) == known


def test_without_a_secret_there_is_no_key():
    with pytest.raises(ValueError, match="empty secret"):
        hash_key("")


def test_references_are_short_and_hard_to_misread():
    references = {receipt_code.reference() for _ in range(500)}

    assert len(references) == 500
    assert all(re.fullmatch(r"FL-[2-9A-Z]{4}-[2-9A-Z]{4}", each) for each in references)
    used = set("".join(each[3:] for each in references))
    assert used.isdisjoint("015AEIOUYBSZLGN")
