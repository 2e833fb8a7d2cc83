"""What can go wrong at the desk. Each error has a stable `code`; pages choose the words."""

from datetime import datetime
from uuid import UUID

from portal.records.database import DatabaseBusy as DatabaseBusy
from portal.records.database import DatabaseUnavailable as DatabaseUnavailable
from portal.records.database import ValueNotStorable as ValueNotStorable
from portal.records.errors import DomainError as DomainError
from portal.records.receipt_code import CodeMistyped as CodeMistyped
from portal.records.sealing import ContentDamaged as ContentDamaged
from portal.records.sealing import ContentErased as ContentErased
from portal.records.sealing import ContentKeyMissing as ContentKeyMissing


class CodeUnknown(DomainError):
    """No request, or no draft, has this code."""

    code = "code-unknown"


class CodeExpired(DomainError):
    """The code was right, but its time is over."""

    code = "code-expired"


class RequestUnknown(DomainError):
    """There is no request with this id."""

    code = "request-unknown"


class MessageUnknown(DomainError):
    """There is no such message of the person in this request."""

    code = "message-unknown"


class AlreadyClaimed(DomainError):
    """A colleague works on the request. `until` is when the claim lapses if the colleague stays idle."""

    code = "already-claimed"

    def __init__(self, by: UUID, role: str, until: datetime) -> None:
        super().__init__(str(by))
        self.by = by
        self.role = role
        self.until = until


class NotClaimed(DomainError):
    """The one who acts does not hold the claim. `by` is who does, or None."""

    code = "not-claimed"

    def __init__(self, by: UUID | None) -> None:
        super().__init__(str(by))
        self.by = by


class NotFromChat(DomainError):
    """The request was not sent from the chat, so there is no talk to take over."""

    code = "not-from-chat"


class NotTakenOver(DomainError):
    """No human owns the talk, so there is nothing to give back."""

    code = "not-taken-over"


class RequestClosed(DomainError):
    """The request is closed; reopen it first."""

    code = "request-closed"


class RequestNotClosed(DomainError):
    """Only a closed request can be reopened."""

    code = "request-not-closed"


class NothingToDecide(DomainError):
    """No answer of this closed request waits unread for a decision (any more)."""

    code = "nothing-to-decide"


class NotHeld(DomainError):
    """No legal hold lasts on the request."""

    code = "not-held"


class EmptyText(DomainError):
    """Nothing but white space was written."""

    code = "empty-text"


class TextAmongCodes(DomainError):
    """A value that must be a code holds free text, which may not be stored in clear. `name` says where."""

    code = "text-among-codes"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class VisitUnknown(DomainError):
    """There is no such draft: never begun, or forgotten."""

    code = "visit-unknown"


class VisitExpired(DomainError):
    """The draft lay too long; it can no longer be read."""

    code = "visit-expired"


class UsernameTaken(DomainError):
    """Another account has this name (upper and lower case count as the same)."""

    code = "username-taken"


class TraineeAlone(DomainError):
    """A trainee works with practice data only, so the role stands alone."""

    code = "trainee-alone"


class PasswordTooShort(DomainError):
    """`minimum` is the number of characters a password needs."""

    code = "password-too-short"

    def __init__(self, minimum: int) -> None:
        super().__init__(str(minimum))
        self.minimum = minimum


class LastFactor(DomainError):
    """The account needs a second factor, and this is the only one it has."""

    code = "last-factor"


class PasskeyRefused(DomainError):
    """What the browser handed over is no passkey of ours, or belongs to another page or moment."""

    code = "passkey-refused"


class OwnAccount(DomainError):
    """Nobody changes their own roles, recovers themselves, or agrees to what they asked for."""

    code = "own-account"


class RecoveryUnknown(DomainError):
    """No sign-in waits to be set up with this code: never made, called off, used, or too old."""

    code = "recovery-unknown"


class AgreementUnknown(DomainError):
    """Nothing waits for a second person here: never asked, settled, too old, or asked by somebody who may not."""

    code = "agreement-unknown"


class AccountOff(DomainError):
    """Nothing is given to an account that is switched off."""

    code = "account-off"


class MunicipalityNameTaken(DomainError):
    """Another account is linked to this name at the municipality's provider."""

    code = "municipality-name-taken"


class NotLinked(DomainError):
    """No account here is linked to whom the municipality's provider names."""

    code = "not-linked"


class StaffUnknown(DomainError):
    """There is no such staff account."""

    code = "staff-unknown"


class RulesetUnknown(DomainError):
    """No ruleset with this id was ever published."""

    code = "ruleset-unknown"


class RulesetAmbiguous(DomainError):
    """Several published rulesets have an id that begins so."""

    code = "ruleset-ambiguous"


class RulesetChanged(DomainError):
    """Another ruleset came into force since the caller looked. `now_in_force` is its id, or None."""

    code = "ruleset-changed"

    def __init__(self, now_in_force: str | None) -> None:
        super().__init__(str(now_in_force))
        self.now_in_force = now_in_force
