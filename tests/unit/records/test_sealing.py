"""Sealing and opening, without a database."""

import base64
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.records.sealing import (
    BadContentKey,
    ContentDamaged,
    ContentErased,
    ContentKeyMissing,
    ContentKeys,
    DataKey,
    new_content_key,
)

REQUEST = UUID("11111111-1111-1111-1111-111111111111")
OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))
KEYS = ContentKeys(OLD)


@pytest.fixture
def key() -> DataKey:
    return KEYS.new_data_key(REQUEST)[0]


@given(st.text())
def test_what_is_sealed_opens_again(text):
    key, wrapped = KEYS.new_data_key(REQUEST)
    sealed = key.seal(text, "words")

    assert KEYS.open_data_key(wrapped, REQUEST).open(sealed, "words") == text


@given(st.text(min_size=8))
def test_the_sealed_bytes_do_not_show_the_text(text):
    key, _ = KEYS.new_data_key(REQUEST)

    assert text.encode() not in key.seal(text, "words")


def test_the_same_text_never_seals_to_the_same_bytes(key):
    assert key.seal("hej", "words") != key.seal("hej", "words")


def test_half_a_character_is_replaced_not_refused(key):
    assert key.open(key.seal("\ud83d!", "words"), "words") == "?!"


def test_a_field_does_not_open_as_another(key):
    with pytest.raises(ContentDamaged):
        key.open(key.seal("hej", "words"), "contact")


def test_the_same_raw_key_for_another_owner_does_not_open():
    raw = bytes(32)

    with pytest.raises(ContentDamaged):
        DataKey(raw, "other").open(DataKey(raw, "mine").seal("hej", "words"), "words")


@given(st.data())
def test_any_changed_byte_is_noticed(data):
    key, _ = KEYS.new_data_key(REQUEST)
    sealed = bytearray(key.seal("hej på dig", "words"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises(ContentDamaged):
        key.open(bytes(sealed), "words")


@given(st.integers(0, 30))
def test_cut_content_is_noticed(length):
    key, wrapped = KEYS.new_data_key(REQUEST)

    with pytest.raises(ContentDamaged):
        key.open(key.seal("hej", "words")[:length], "words")
    with pytest.raises((ContentDamaged, ContentKeyMissing)):
        KEYS.open_data_key(wrapped[:length], REQUEST)


def test_a_wrapped_key_moved_to_another_request_does_not_open():
    _, wrapped = KEYS.new_data_key(REQUEST)

    with pytest.raises(ContentDamaged):
        KEYS.open_data_key(wrapped, uuid4())


def test_without_its_wrapped_key_content_is_erased():
    with pytest.raises(ContentErased):
        KEYS.open_data_key(None, REQUEST)


def test_the_first_key_seals_and_all_open():
    old_key, old_wrapped = KEYS.new_data_key(REQUEST)
    both = ContentKeys(f"new:{NEW},old:{OLD}")
    _, new_wrapped = both.new_data_key(REQUEST)

    sealed = old_key.seal("kvar", "words")
    assert both.open_data_key(old_wrapped, REQUEST).open(sealed, "words") == "kvar"
    with pytest.raises(ContentKeyMissing):
        KEYS.open_data_key(new_wrapped, REQUEST)
    with pytest.raises(ContentKeyMissing):
        ContentKeys(NEW).open_data_key(old_wrapped, REQUEST)


def test_rewrapping_moves_a_key_once_and_keeps_its_content():
    key, wrapped = KEYS.new_data_key(REQUEST)
    sealed = key.seal("kvar", "words")
    both = ContentKeys(f"new:{NEW},old:{OLD}")

    moved = both.rewrap(wrapped, REQUEST)

    assert moved != wrapped
    assert both.rewrap(moved, REQUEST) == moved
    assert ContentKeys(NEW).open_data_key(moved, REQUEST).open(sealed, "words") == "kvar"


def test_naming_a_key_that_had_no_name_locks_nothing_out():
    _, wrapped = ContentKeys(OLD).new_data_key(REQUEST)

    ContentKeys(f"first:{OLD}").open_data_key(wrapped, REQUEST)


def test_the_alphabet_for_addresses_is_read_too():
    raw = b"\xff\xfe" * 16
    _, wrapped = ContentKeys(base64.b64encode(raw).decode()).new_data_key(REQUEST)

    ContentKeys(base64.urlsafe_b64encode(raw).decode()).open_data_key(wrapped, REQUEST)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "key 1 of CONTENT_KEY has 0 bytes, but it must have 32"),
        ("not base64!", "key 1 of CONTENT_KEY is not base64"),
        (f"new:{NEW},old:c2hvcnQ=", "key 2 of CONTENT_KEY has 5 bytes, but it must have 32"),
        (f":{NEW}", "key 1 of CONTENT_KEY has an empty name before the colon"),
        (f"{NEW},", "key 2 of CONTENT_KEY has 0 bytes, but it must have 32"),
        (f"å:{NEW}å", "key 1 of CONTENT_KEY is not base64"),
    ],
)
def test_a_key_that_cannot_be_used_is_explained_without_showing_it(text, said):
    with pytest.raises(BadContentKey) as refused:
        ContentKeys(text)

    assert str(refused.value) == said


def test_a_new_content_key_is_one_that_can_be_used():
    first, second = new_content_key(), new_content_key()

    assert first != second
    ContentKeys(f"{first},{second}")


def test_keys_do_not_show_themselves():
    assert OLD not in repr(KEYS)
    assert OLD not in repr(vars(KEYS))
