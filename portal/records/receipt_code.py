"""The receipt code: the secret of sixteen digits that lets a person return without a name.

The code is shown once and stored only as a keyed hash. The reference is public and opens nothing.
"""

import hashlib
import hmac
import secrets
import unicodedata
from typing import Literal

from portal.records.derived_keys import derive_key
from portal.records.errors import DomainError

LENGTH = 16
_GROUP = 4
# No vowels (no words by chance) and none of the pairs that are mistaken for each other, seen or heard.
_REFERENCE_LETTERS = "2346789CDFHJKMPQRTVWX"
_DOTS = frozenset(".,·•‧∙・。．｡،٫")
# Spaces and line breaks; invisible marks of text direction (Cf), common when pasting; hyphens; underscores.
_IGNORED_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pd", "Pc"})
_MINUS = "\u2212"

MistypedReason = Literal["length", "characters"]


class CodeMistyped(DomainError):
    """What was typed cannot be a receipt code. `reason` says whether characters or their number are wrong."""

    code = "code-mistyped"

    def __init__(self, reason: MistypedReason) -> None:
        super().__init__(reason)
        self.reason: MistypedReason = reason


def hash_key(secret_key: str) -> bytes:
    """The key under which receipt codes are hashed; pass it to the desk as `code_key`."""
    return derive_key(secret_key, "receipt code")


def new_code() -> str:
    """Sixteen random digits."""
    return f"{secrets.randbelow(10**LENGTH):0{LENGTH}d}"


def code_from(seed: bytes) -> str:
    """The sixteen digits that belong to 32 random bytes: the same seed always gives the same code."""
    return f"{int.from_bytes(seed, 'big') % 10**LENGTH:0{LENGTH}d}"


def grouped(code: str) -> str:
    """The code as people read it: four groups of four."""
    return " ".join(code[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def parse(text: str) -> str:
    """The sixteen ASCII digits in what a person typed, in any script. Raises CodeMistyped."""
    digits = "".join(_digit(character) for character in text)
    if len(digits) != LENGTH:
        raise CodeMistyped("length")
    return digits


def keyed_hash(code: str, key: bytes) -> str:
    """The hex HMAC-SHA256 under which a code is stored and found."""
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()


def reference(prefix: str = "FL") -> str:
    """A short public reference such as FL-7K3M-2QX9."""
    letters = [secrets.choice(_REFERENCE_LETTERS) for _ in range(8)]
    return f"{prefix}-{''.join(letters[:4])}-{''.join(letters[4:])}"


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    if value is not None:
        return str(value)
    if character in _DOTS or character == _MINUS or unicodedata.category(character) in _IGNORED_CATEGORIES:
        return ""
    raise CodeMistyped("characters")
