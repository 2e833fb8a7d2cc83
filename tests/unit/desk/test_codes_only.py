"""Only codes may be stored in clear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.desk.codes_only import require_codes
from portal.desk.errors import TextAmongCodes

CODES = st.from_regex(r"[a-z0-9][a-z0-9.\-]{0,30}", fullmatch=True)


@given(st.dictionaries(CODES, CODES | st.integers() | st.booleans() | st.none() | st.lists(CODES)))
def test_codes_numbers_and_lists_of_them_pass(facts):
    require_codes("facts", facts)


@given(st.text().filter(lambda text: " " in text or "\n" in text or not text.isascii()))
def test_anything_with_a_space_or_a_letter_beyond_ascii_does_not(text):
    for value in (text, [text], {"about": text}, {text: 1}, {"deep": [{"er": text}]}):
        with pytest.raises(TextAmongCodes):
            require_codes("facts", value)


@pytest.mark.parametrize("value", ["", "a" * 81, object(), {"a", "b"}, "home\n"])
def test_what_is_empty_long_or_of_another_kind_does_not_pass(value):
    with pytest.raises(TextAmongCodes):
        require_codes("facts", value)


def test_the_error_says_where():
    with pytest.raises(TextAmongCodes) as refused:
        require_codes("facts", {"about": "self", "area": "vid skolan"})

    assert refused.value.name == "facts.area"
