"""How a person can safely be reached, as they told it. Unverified, and always sealed."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum


class ContactChannel(StrEnum):
    NONE = "none"  # the person comes back with the receipt code
    PHONE = "phone"
    SMS = "sms"
    EMAIL = "email"


class AccessNeed(StrEnum):
    """What somebody needs so that we understand each other. It may tell of a disability, so it is sealed too."""

    INTERPRETER = "interpreter"
    SIGN_LANGUAGE = "sign-language"
    EASY_WORDS = "easy-words"
    TALKING = "talking"  # reading and writing is hard
    STEP_FREE = "step-free"


@dataclass(frozen=True, kw_only=True)
class Contact:
    """`address` is the number or e-mail address for `channel`; `never_contact` names who must not know."""

    name: str = ""
    channel: ContactChannel = ContactChannel.NONE
    address: str = ""
    best_times: str = ""
    may_leave_message: bool = False
    code_word: str = ""
    never_contact: str = ""
    needs: tuple[AccessNeed, ...] = ()

    @property
    def is_anonymous(self) -> bool:
        """True when nothing here says who the person is or how to reach them."""
        return not (self.name.strip() or self.address.strip())

    def to_json(self) -> str:
        """The text that is sealed."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Contact":
        """The contact that `to_json` wrote."""
        fields = json.loads(text)
        needs = tuple(AccessNeed(need) for need in fields.get("needs", ()))  # older ones have none
        return cls(**{**fields, "channel": ContactChannel(fields["channel"]), "needs": needs})
