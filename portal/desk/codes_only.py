"""A guard: what is stored in clear must be codes, so that no sentence a person wrote slips in."""

import re
from collections.abc import Mapping, Sequence

from portal.desk.errors import TextAmongCodes

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")


def require_codes(name: str, value: object) -> None:
    """Raise TextAmongCodes unless `value` is made of codes, numbers, truth values and None, at any depth."""
    match value:
        case None | bool() | int() | float():
            return
        case str():
            if not _CODE.fullmatch(value):
                raise TextAmongCodes(name)
        case Mapping():
            for key, inner in value.items():
                require_codes(name, key)
                require_codes(f"{name}.{key}", inner)
        case Sequence():
            for inner in value:
                require_codes(name, inner)
        case _:
            raise TextAmongCodes(name)
