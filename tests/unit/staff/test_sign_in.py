"""Where signing in may lead: to staff pages and nowhere else."""

import pytest

from portal.staff.sign_in import _own_page


@pytest.mark.parametrize("address", ["/staff/queue", "/staff/requests/FL-7K3M-2QX9", "/staff/queue?show=mine"])
def test_a_staff_page_is_gone_to(address: str) -> None:
    assert _own_page(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "/",
        "/sv/",
        "/staffroom",
        "staff/queue",
        "//evil.example/staff/",
        "https://evil.example/staff/queue",
        "/staff/\\evil.example",
        "/staff/\r\nSet-Cookie: x=y",
        "/staff/ä",
        "/staff/" + "a" * 200,
    ],
)
def test_nothing_else_is(address: str | None) -> None:
    assert _own_page(address) is None
