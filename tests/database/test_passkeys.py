"""Passkeys against a key made of software: what is taken, and everything that is not."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import select
from webauthn.helpers import bytes_to_base64url

from portal.desk import passkeys, roster
from portal.desk.errors import LastFactor, PasskeyRefused
from portal.desk.passkeys import Site
from portal.records.staff_factor import StaffPasskey

SITE = Site(host="portal.example", origin="https://portal.example", name="Kommunen")
KEY = b"k" * 32
PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class SoftKey:
    """An authenticator that does what it is told, also what it should not."""

    host: str = SITE.host
    origin: str = SITE.origin
    flags: int = PRESENT | VERIFIED
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str) -> str:
        numbers = self.private.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        data = self._data(WITH_KEY) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._credential(attestationObject=attested, clientDataJSON=self._said("webauthn.create", options))

    def use(self, options: str) -> str:
        self.count += 1
        data, said = self._data(), self._said("webauthn.get", options)
        signature = self.private.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._credential(authenticatorData=data, clientDataJSON=said, signature=signature)

    def _data(self, more: int = 0) -> bytes:
        counted = self.count.to_bytes(4, "big")
        return hashlib.sha256(self.host.encode()).digest() + bytes([self.flags | more]) + counted

    def _said(self, kind: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, **response: bytes) -> str:
        name = bytes_to_base64url(self.id)
        inner = {part: bytes_to_base64url(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": inner})


@pytest.fixture
def owner(session, hire):
    return hire(session, "kim")


@pytest.fixture
def add(session, owner, now):
    def add(key, *, options=None, staff=owner, name="Min telefon", at=now):
        options = options or passkeys.options_to_add(session, member=owner, site=SITE, now=now)
        given = {"key": KEY, "staff_id": staff.id, "site": SITE, "name": name, "now": at}
        return passkeys.add(session, credential=key.make(options), **given)

    return add


@pytest.fixture
def use(session, now):
    def use(key, *, credential=None, at=now):
        credential = credential or key.use(passkeys.options_to_sign_in(session, site=SITE, now=now))
        return passkeys.find_signer(session, site=SITE, credential=credential, now=at)

    return use


def test_several_keys_are_kept_under_sealed_names_and_each_signs_in(session, owner, add, use):
    keys = SoftKey(), SoftKey()
    for key, name in zip(keys, (" Min telefon ", "Säkerhetsnyckel"), strict=True):
        add(key, name=name)
    assert [use(key) for key in keys] == [owner, owner]
    listed = passkeys.list_passkeys(session, key=KEY, staff_id=owner.id)
    assert sorted(passkey.name for passkey in listed) == ["Min telefon", "Säkerhetsnyckel"]
    assert all(passkey.used_at for passkey in listed)
    assert not any(b"telefon" in name for name in session.scalars(select(StaffPasskey.name)))


def test_what_was_signed_once_signs_in_once_and_within_ten_minutes(session, add, use, now):
    key = SoftKey()
    add(key)
    signed = key.use(passkeys.options_to_sign_in(session, site=SITE, now=now))
    use(key, credential=signed)
    with pytest.raises(PasskeyRefused):
        use(key, credential=signed)
    with pytest.raises(PasskeyRefused):
        use(key, at=now + timedelta(minutes=10))
    with pytest.raises(PasskeyRefused):
        use(key, credential=key.use(json.dumps({"challenge": bytes_to_base64url(b"invented" * 4)})))


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://portal.example.evil"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"private": ec.generate_private_key(ec.SECP256R1())},
        {"count": 0},
        {"id": b"another key"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_key_for_another_place_unverified_foreign_or_copied_signs_nobody_in(add, use, wrong):
    key = SoftKey(count=7)
    add(key)
    use(key)
    for name, value in wrong.items():
        setattr(key, name, value)
    with pytest.raises(PasskeyRefused):
        use(key)


@pytest.mark.parametrize(
    "wrong", [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"flags": PRESENT}], ids=str
)
def test_a_key_made_elsewhere_or_unverified_is_not_kept(session, add, wrong):
    with pytest.raises(PasskeyRefused):
        add(SoftKey(**wrong))
    assert session.scalars(select(StaffPasskey)).all() == []


def test_a_key_belongs_to_whom_it_was_made_for_and_is_added_once(session, owner, hire, add, now):
    options = passkeys.options_to_add(session, member=owner, site=SITE, now=now)
    with pytest.raises(PasskeyRefused):
        add(SoftKey(), options=options, staff=hire(session, "colleague"))
    key = SoftKey()
    add(key, options=options)
    with pytest.raises(PasskeyRefused):
        add(key, options=options)
    with pytest.raises(PasskeyRefused):
        add(key)


def test_a_key_of_an_account_that_is_off_or_that_was_removed_signs_nobody_in(session, owner, hire, add, use, now):
    first, second = SoftKey(), SoftKey()
    passkey_id, _ = add(first), add(second)
    other = hire(session, "colleague")
    passkeys.remove(session, staff_id=other.id, passkey_id=passkey_id, needed=True)  # not theirs to remove
    assert use(first) == owner
    passkeys.remove(session, staff_id=owner.id, passkey_id=passkey_id, needed=True)
    with pytest.raises(PasskeyRefused):
        use(first)
    last = passkeys.list_passkeys(session, key=KEY, staff_id=owner.id)[0].id
    with pytest.raises(LastFactor):
        passkeys.remove(session, staff_id=owner.id, passkey_id=last, needed=True)
    roster.switch_off(session, staff_id=owner.id, now=now)
    with pytest.raises(PasskeyRefused):
        use(second)
