"""Sealing of what people write: AES-256-GCM under a data key per request, itself wrapped by a content key.

Every ciphertext is bound to its owner and its field, so that a row copied to another place does not open.
Erasing a request means forgetting its wrapped data key.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.records.errors import DomainError

_FORMAT = b"\x01"
_NONCE = 12
_KEY = 32
_FINGERPRINT = 8


class ContentErased(DomainError):
    """The key of this content was destroyed on purpose; nobody can read it again."""

    code = "content-erased"


class ContentKeyMissing(DomainError):
    """The content was sealed under a content key that CONTENT_KEY no longer lists."""

    code = "content-key-missing"


class ContentDamaged(DomainError):
    """The ciphertext was changed, cut or moved to another row."""

    code = "content-damaged"


class BadContentKey(ValueError):
    """CONTENT_KEY is not written as it must be; the text says what to change and never shows the key."""


class DataKey:
    """The key of one owner (a request, a visit)."""

    def __init__(self, raw: bytes, owner: str) -> None:
        self._cipher = AESGCM(raw)
        self._owner = owner

    def seal(self, text: str, field: str) -> bytes:
        """Seal `text` for one field. Half characters that UTF-8 cannot hold become question marks."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._cipher.encrypt(nonce, text.encode("utf-8", "replace"), self._bound_to(field))
        return _FORMAT + nonce + sealed

    def open(self, sealed: bytes, field: str) -> str:
        """The text again; ContentDamaged when it was not sealed for this owner and field."""
        if sealed[:1] != _FORMAT:
            raise ContentDamaged("unknown format")
        nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return self._cipher.decrypt(nonce, body, self._bound_to(field)).decode()
        except (InvalidTag, ValueError) as error:
            raise ContentDamaged("the content does not open here") from error

    def _bound_to(self, field: str) -> bytes:
        return f"{self._owner}|{field}".encode()


@dataclass(frozen=True, repr=False)
class _ContentKey:
    label: str
    cipher: AESGCM
    fingerprint: bytes


class ContentKeys:
    """The content keys an operator lists: the first seals, all open."""

    def __init__(self, text: str) -> None:
        """`text` is one base64 key of 32 bytes, or "name:base64,name:base64" with the newest first."""
        self._keys = [_read_key(place, part) for place, part in enumerate(text.split(","), start=1)]

    def new_data_key(self, request_id: UUID) -> tuple[DataKey, bytes]:
        """A fresh data key for a request, and the same key wrapped, to be stored with it."""
        raw = AESGCM.generate_key(bit_length=_KEY * 8)
        return DataKey(raw, str(request_id)), self._wrap(raw, request_id)

    def open_data_key(self, wrapped: bytes | None, request_id: UUID) -> DataKey:
        """The data key of a request. Raises ContentErased, ContentKeyMissing or ContentDamaged."""
        return DataKey(self._unwrap(wrapped, request_id), str(request_id))

    def rewrap(self, wrapped: bytes, request_id: UUID) -> bytes:
        """The same data key under the first content key; unchanged when it is there already."""
        if _fingerprint_of(wrapped) == self._keys[0].fingerprint:
            return wrapped
        return self._wrap(self._unwrap(wrapped, request_id), request_id)

    def _wrap(self, raw: bytes, request_id: UUID) -> bytes:
        key, nonce = self._keys[0], secrets.token_bytes(_NONCE)
        return _FORMAT + key.fingerprint + nonce + key.cipher.encrypt(nonce, raw, _wrapping_of(request_id))

    def _unwrap(self, wrapped: bytes | None, request_id: UUID) -> bytes:
        if wrapped is None:
            raise ContentErased("the key of this request was destroyed")
        fingerprint = _fingerprint_of(wrapped)
        key = next((key for key in self._keys if key.fingerprint == fingerprint), None)
        if key is None:
            raise ContentKeyMissing(f"no content key with fingerprint {fingerprint.hex()} is listed")
        rest = wrapped[1 + _FINGERPRINT :]
        try:
            return key.cipher.decrypt(rest[:_NONCE], rest[_NONCE:], _wrapping_of(request_id))
        except (InvalidTag, ValueError) as error:
            raise ContentDamaged("the wrapped key does not open here") from error


def new_content_key() -> str:
    """A random content key in base64, as CONTENT_KEY wants it."""
    return base64.b64encode(secrets.token_bytes(_KEY)).decode()


def _read_key(place: int, part: str) -> _ContentKey:
    label, colon, encoded = part.strip().rpartition(":")
    if colon and not label:
        raise BadContentKey(f"key {place} of CONTENT_KEY has an empty name before the colon")
    try:
        raw = base64.b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
    except ValueError as error:
        raise BadContentKey(f"key {place} of CONTENT_KEY is not base64") from error
    if len(raw) != _KEY:
        raise BadContentKey(f"key {place} of CONTENT_KEY has {len(raw)} bytes, but it must have {_KEY}")
    # The name is for the operator; the stored mark comes from the key itself, so that naming a key that
    # had no name before does not lock anything out.
    fingerprint = hashlib.sha256(b"first-line content key " + raw).digest()[:_FINGERPRINT]
    return _ContentKey(label or f"key {place}", AESGCM(raw), fingerprint)


def _fingerprint_of(wrapped: bytes) -> bytes:
    if wrapped[:1] != _FORMAT:
        raise ContentDamaged("unknown format of a wrapped key")
    return wrapped[1 : 1 + _FINGERPRINT]


def _wrapping_of(request_id: UUID) -> bytes:
    return f"{request_id}|data key".encode()
