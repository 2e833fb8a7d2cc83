"""What can go wrong when a request is handed over."""

from __future__ import annotations

from portal.records.errors import DomainError


class HandoverUnknown(DomainError):
    """There is no such handover for this member of staff."""

    code = "handover-unknown"


class HandoverSettled(DomainError):
    """Somebody was faster: `state` is how the handover stands now."""

    code = "handover-settled"

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class HandoverOpen(DomainError):
    """The request waits for a unit already."""

    code = "handover-open"


class RequestChanged(DomainError):
    """Something happened to the request since staff saw what would be sent."""

    code = "request-changed"


class NothingToSend(DomainError):
    """Everything that the person wrote was struck, so the unit would get nothing to act on."""

    code = "nothing-to-send"


class MayNotMove(DomainError):
    """The sender did not let the unit take the whole request over."""

    code = "may-not-move"


class NotConfirmable(DomainError):
    """Only what was accepted, and is kept elsewhere, can be confirmed; once."""

    code = "not-confirmable"
