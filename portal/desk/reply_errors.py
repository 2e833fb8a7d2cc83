"""What can go wrong with replies, drafts and answers made of them."""

from __future__ import annotations

from portal.records.errors import DomainError


class ReplyUnknown(DomainError):
    """There is no such reply in use."""

    code = "reply-unknown"


class ReplyChanged(DomainError):
    """The reply, or its variant, is not as it was when it was shown."""

    code = "reply-changed"


class VariantNotChosen(DomainError):
    """There is no reviewed variant in the reader's language, and nobody has said what shall go out instead."""

    code = "variant-not-chosen"


class PlaceholderUnknown(DomainError):
    """A text holds a placeholder that the rules cannot fill (any more). `name` is what stands in the braces."""

    code = "placeholder-unknown"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NumberInReply(DomainError):
    """A text holds a phone number, which belongs in the rule files."""

    code = "number-in-reply"


class SlugTaken(DomainError):
    """There is a reply with this name already."""

    code = "slug-taken"


class NeedsAnotherReader(DomainError):
    """Who wrote a text cannot be the one who reviews it."""

    code = "needs-another-reader"


class AnsweredMeanwhile(DomainError):
    """An answer was sent since the page of the one who writes was shown. `by_colleague`: by somebody else."""

    code = "answered-meanwhile"

    def __init__(self, *, by_colleague: bool) -> None:
        super().__init__("by a colleague" if by_colleague else "by oneself")
        self.by_colleague = by_colleague
