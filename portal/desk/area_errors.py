"""What can go wrong with worries about places."""

from collections.abc import Sequence

from portal.records.errors import DomainError
from portal.understanding.person_data import Found


class SignalUnknown(DomainError):
    """There is no worry about a place with this reference."""

    code = "area-signal-unknown"


class SignalChanged(DomainError):
    """A colleague was faster: in the state that it has now, this cannot be done."""

    code = "area-signal-changed"


class PersonInText(DomainError):
    """The text tells who somebody is, or may do so and nobody has said that it does not. `found` says what."""

    code = "person-in-text"

    def __init__(self, found: Sequence[Found]) -> None:
        super().__init__()
        self.found = tuple(found)


class TooFewSignals(DomainError):
    """Bringing together takes at least two that were read, of the same area."""

    code = "too-few-signals"
