"""The root of every error the portal's own words can answer. `code` is stable; pages choose the sentence."""

from typing import ClassVar


class DomainError(Exception):
    """Something that went wrong in terms of the work, not of a library."""

    code: ClassVar[str] = "domain"
