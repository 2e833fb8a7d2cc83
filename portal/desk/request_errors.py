"""What can stand in the way of work on one request, beside `portal.desk.errors`."""

from datetime import datetime

from portal.records.errors import DomainError
from portal.records.threat import PairedAct


class UnsafeContact(DomainError):
    """The person said that this is not safe. `why`: channel, message or times."""

    code = "unsafe-contact"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class SecondNeeded(DomainError):
    """After a threat two handle the request: a colleague must press too before `act` is done, with this very `body`."""

    code = "second-needed"

    def __init__(self, act: PairedAct, body: str = "") -> None:
        super().__init__(str(act))
        self.act = act
        self.body = body


class SecondMustBeAnother(DomainError):
    """The one who asked, or who put aside, cannot be the second person as well."""

    code = "second-must-be-another"


class NothingToPress(DomainError):
    """There is nothing that waits for a second person (any more)."""

    code = "nothing-to-press"


class NoThreat(DomainError):
    """No threat counts now: none was marked, or it has ended."""

    code = "no-threat"


class BadExpiry(DomainError):
    """A note on a threat must end: later than now, and not after `latest`."""

    code = "bad-expiry"

    def __init__(self, latest: datetime) -> None:
        super().__init__(latest.isoformat())
        self.latest = latest


class DangerNeverAside(DomainError):
    """What may be a danger is never put aside."""

    code = "danger-never-aside"


class SetAside(DomainError):
    """The request lies aside; a human must judge it before anybody works on it."""

    code = "set-aside"


class NotSetAside(DomainError):
    """The request does not lie aside (any more). Misuse is only ever closed from there."""

    code = "not-set-aside"


class LinkNeeded(DomainError):
    """Closed as a duplicate of what? It must be linked first."""

    code = "link-needed"


class NotLinkable(DomainError):
    """A request cannot be linked so: with itself, twice, or as both the same matter and the other party's."""

    code = "not-linkable"


class OtherPartyRead(DomainError):
    """This member of staff has read the other party's side."""

    code = "other-party-read"


class ReportTaken(DomainError):
    """It is handled as a report already."""

    code = "report-taken-already"
