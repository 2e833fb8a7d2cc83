"""Settings: complete or refused with one sentence that names the variable and the remedy."""

import base64

import pytest

from portal.settings import Settings, SettingsError, from_environment

WHOLE = {
    "SECRET_KEY": "s" * 40,
    "BOT_SECRET": "b" * 40,
    "CONTENT_KEY": base64.b64encode(b"k" * 32).decode(),
}


def test_three_secrets_are_enough() -> None:
    settings = from_environment(WHOLE)
    assert (settings.port, settings.rate_limits, settings.https) == (8000, True, False)


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_missing_secret_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is not set"):
        from_environment({key: value for key, value in WHOLE.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY needs at least 32 characters"),
        ("CONTENT_KEY", "short", "CONTENT_KEY needs 32 bytes in base64"),
        ("PORT", "eighty", "PORT is 'eighty'; a port is a number"),
        ("PORT", "٨٠٠٠", "a port is a number"),
        ("ACTIONS_PORT", "70000", "ACTIONS_PORT is '70000'"),
        ("RATE_LIMITS", "maybe", "RATE_LIMITS is 'maybe'; allowed: on, off"),
    ],
)
def test_a_setting_that_cannot_be_read_is_refused_with_the_remedy(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        from_environment({**WHOLE, name: value})


def test_no_error_repeats_a_secret() -> None:
    with pytest.raises(SettingsError) as caught:
        from_environment({**WHOLE, "SECRET_KEY": "hemligt"})
    assert "hemligt" not in str(caught.value)


def test_settings_cannot_be_changed_afterwards() -> None:
    settings = from_environment(WHOLE)
    with pytest.raises(AttributeError):
        settings.port = 1  # type: ignore[misc]
    assert isinstance(settings, Settings)
