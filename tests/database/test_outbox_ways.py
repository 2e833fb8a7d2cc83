"""Each way out of the portal against a real receiver that works, refuses, hangs, or breaks off."""

from __future__ import annotations

import datetime
import ipaddress
import json
import ssl
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.outbox import mail, webhook
from portal.outbox.folder import drop_file
from portal.outbox.mail import send_mail
from portal.outbox.undelivered import Undelivered
from portal.outbox.webhook import call_webhook, is_allowed, sign
from portal.settings import OutboxSettings
from tests.database.receivers import HANG, Calls, Mailbox, http_receiver, mail_server

NOTICE = UUID("11111111-2222-3333-4444-555555555555")
NOW = datetime.datetime(2026, 3, 10, 14, 0, tzinfo=datetime.UTC)
SECRET = "w" * 32


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def calls() -> Iterator[Calls]:
    with http_receiver() as calls:
        yield calls


def post(mailbox: Mailbox, **changes: str) -> None:
    settings = OutboxSettings(
        smtp_host="127.0.0.1",
        smtp_port=mailbox.port,
        mail_from="svara-inte@example.org",
        **{"smtp_security": "off", **changes},
    )
    send_mail(
        settings, notice_id=NOTICE, to="enheten@example.org", subject="En ny fråga", body="länk\n", written_at=NOW
    )


def call(calls: Calls) -> None:
    call_webhook(calls.url, secret=SECRET, notice_id=NOTICE, body={"event": "handover-sent"}, now=NOW)


def test_a_mail_carries_its_id_a_neutral_sender_and_says_that_a_machine_wrote_it(mailbox: Mailbox) -> None:
    post(mailbox)
    sent = message_from_bytes(mailbox.mails[0].content, policy=policy.default)  # type: ignore[arg-type]
    assert sent["Message-ID"] == f"<{NOTICE}@example.org>"
    assert (sent["From"], sent["To"]) == ("svara-inte@example.org", "enheten@example.org")
    assert (sent["Subject"], sent["Auto-Submitted"]) == ("En ny fråga", "auto-generated")
    assert sent.get_content().splitlines() == ["länk"]


def test_a_mail_server_that_refuses_for_good_for_now_hangs_up_or_is_slow_is_told_apart(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failure() -> tuple[str, bool]:
        with pytest.raises(Undelivered) as caught:
            post(mailbox)
        return caught.value.code, caught.value.final

    mailbox.refuse = "550 nobody here"
    assert failure() == ("smtp-550", True)
    mailbox.refuse = "451 come back later"
    assert failure() == ("smtp-451", False)
    mailbox.refuse, mailbox.hang_up = "", True
    assert failure() == ("smtp-broken-off", False)
    monkeypatch.setattr(mail, "TIMEOUT", 0.2)
    mailbox.hang_up, mailbox.slow = False, 0.6
    assert failure() == ("smtp-broken-off", False)
    mailbox.port = 1
    assert failure() == ("unreachable", False)


def test_a_mail_that_the_server_took_has_arrived_whatever_it_says_at_parting(mailbox: Mailbox) -> None:
    for mailbox.parting in ("421 too busy now", "554 go away"):
        post(mailbox)
    assert len(mailbox.mails) == 2


def test_mail_goes_encrypted_and_to_no_server_whose_certificate_is_not_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with mail_server(tls_context=context, require_starttls=True) as mailbox:
        with pytest.raises(Undelivered, match=r"^tls$"):
            post(mailbox, smtp_security="starttls")
        assert mailbox.mails == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        post(mailbox, smtp_security="starttls")
        assert len(mailbox.mails) == 1
    with mail_server() as plain:
        with pytest.raises(Undelivered):
            post(plain, smtp_security="starttls")
        assert plain.mails == []


def self_signed(folder: Path) -> Path:
    """A certificate for this machine, with its key, that nobody trusts by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_a_call_is_signed_over_id_moment_and_body(calls: Calls) -> None:
    call(calls)
    headers, body = calls.got[0]
    assert json.loads(body) == {"event": "handover-sent"}
    assert headers["Idempotency-Key"] == headers["Webhook-Id"] == str(NOTICE)
    moment = headers["Webhook-Timestamp"]
    assert moment == str(int(NOW.timestamp()))
    genuine = sign(SECRET, notice_id=str(NOTICE), moment=moment, data=body)
    assert headers["Webhook-Signature"] == genuine
    later = str(int(moment) + 1)
    forged = (
        sign("x" * 32, notice_id=str(NOTICE), moment=moment, data=body),
        sign(SECRET, notice_id=str(uuid4()), moment=moment, data=body),
        sign(SECRET, notice_id=str(NOTICE), moment=later, data=body),
        sign(SECRET, notice_id=str(NOTICE), moment=moment, data=body + b" "),
    )
    assert genuine not in forged


def test_another_tool_makes_the_same_signature() -> None:
    """This one is from openssl dgst -sha256 -hmac."""
    signed = sign("secret", notice_id="id", moment="1", data=b"{}")
    assert signed == "v1,490pAcC1LQ1k1cOcmH0da199+A88OKCj0Io4WnJlp68="


@pytest.mark.parametrize(
    ("status", "code", "final"),
    [
        (500, "http-500", False),
        (503, "http-503", False),
        (408, "http-408", False),
        (429, "http-429", False),
        (400, "http-400", True),
        (404, "http-404", True),
        (410, "http-410", True),
        (302, "http-302", True),
        (HANG, "timeout", False),
    ],
)
def test_an_answer_that_is_no_yes_is_tried_again_only_where_that_can_help(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, status: int, code: str, final: bool
) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT", (1, 0.2))
    calls.answers = [status]
    with pytest.raises(Undelivered) as caught:
        call(calls)
    assert (caught.value.code, caught.value.final) == (code, final)
    assert len(calls.got) == 1  # no redirect was followed


def test_calls_go_encrypted_or_stay_on_this_machine() -> None:
    assert [
        url
        for url in (
            "https://unit.example.org/in",
            "http://127.0.0.1:9/in",
            "http://[::1]/in",
            "http://localhost/in",
            "http://unit.example.org/in",
            "http://127.0.0.1.example.org/",
            "http://localhost.example.org/",
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
        )
        if is_allowed(url)
    ] == ["https://unit.example.org/in", "http://127.0.0.1:9/in", "http://[::1]/in", "http://localhost/in"]
    with pytest.raises(Undelivered, match="not-https"):
        call_webhook("http://unit.example.org/", secret=SECRET, notice_id=NOTICE, body={}, now=NOW)


def test_a_dropped_file_is_whole_and_the_same_notice_has_the_same_name(tmp_path: Path) -> None:
    folder = tmp_path / "unit"
    for _ in range(2):
        drop_file(folder, notice_id=NOTICE, body={"event": "handover-sent"})
    assert [path.name for path in folder.iterdir()] == [f"{NOTICE}.json"]
    assert json.loads((folder / f"{NOTICE}.json").read_text()) == {"event": "handover-sent"}
    (tmp_path / "file").write_text("")
    with pytest.raises(Undelivered, match="folder"):
        drop_file(tmp_path / "file" / "below", notice_id=NOTICE, body={})
