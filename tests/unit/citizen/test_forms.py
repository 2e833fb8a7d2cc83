"""Which texts say something that can be sorted by."""

import pytest

from portal.citizen.forms import says_something


@pytest.mark.parametrize("text", ["hej", "مساعدة", "112", "😭 hjälp", "帮助"])
def test_letters_and_digits_of_every_script_say_something(text: str) -> None:
    assert says_something(text)


@pytest.mark.parametrize("text", ["", "   ", "😭😭", "…!?", "\u200f\u200e", "❤️👍🏽"])
def test_emojis_marks_and_nothing_do_not(text: str) -> None:
    assert not says_something(text)
