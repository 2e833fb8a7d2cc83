"""The codes of the audit log in words."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask_babel import gettext, lazy_gettext

from portal import current
from portal.desk.audit import Act, Why
from portal.records.account_agreement import AgreementKind
from portal.records.staff_account import Role
from portal.staff import labels
from portal.staff.queue_filters import unit_name

ACT: Final = {
    Act.OPENED: lazy_gettext("Öppnade"),
    Act.SEARCHED: lazy_gettext("Sökte"),
    Act.SIGNED_IN: lazy_gettext("Loggade in"),
    Act.SIGNED_OUT: lazy_gettext("Loggade ut"),
    Act.SIGN_IN_FAILED: lazy_gettext("Inloggning som inte gick"),
    Act.ACCOUNT_CHANGED: lazy_gettext("Ändrade ett konto"),
    Act.UNMASKED: lazy_gettext("Visade det som var dolt"),
    Act.DISCLOSED: lazy_gettext("Lämnade ut"),
    Act.EXPORTED: lazy_gettext("Tog ut siffror eller lista"),
    Act.HELD: lazy_gettext("Stoppade gallring"),
    Act.HOLD_ENDED: lazy_gettext("Släppte gallring"),
    Act.ERASED: lazy_gettext("Gallrade"),
    Act.HANDED_OVER: lazy_gettext("Lämnade över"),
    Act.CHANGED_MANY: lazy_gettext("Ändrade flera på en gång"),
    Act.ALARM: lazy_gettext("Larmade"),
    Act.PUBLISHED: lazy_gettext("Publicerade"),
    Act.NOT_FOUND: lazy_gettext("Sökte en fråga som inte finns för kontot"),
    Act.PROTECTED_REFUSED: lazy_gettext("Försökte öppna en fråga med skyddade uppgifter"),
    Act.SECONDED: lazy_gettext("Bekräftade som den andra av två"),
    Act.JUDGED: lazy_gettext("Bedömde en oro för en plats"),
    Act.READ_LOG: lazy_gettext("Läste loggen"),
    Act.FOLLOWED: lazy_gettext("Följde en frågas gång"),
}
WHY: Final = {
    Why.QUEUE: lazy_gettext("Väntade i kön"),
    Why.OWN: lazy_gettext("Har hand om den"),
    Why.HANDOVER: lazy_gettext("Överlämnad till enheten"),
    Why.DUTY: lazy_gettext("Hör till uppgiften"),
    Why.COLLEAGUE_AWAY: lazy_gettext("Kollegan är borta"),
    Why.PERSON_CALLED: lazy_gettext("Personen hörde av sig"),
    Why.SUPERVISION: lazy_gettext("Arbetsledning"),
    Why.COMPLAINT: lazy_gettext("Klagomål"),
    Why.DISCLOSURE: lazy_gettext("Ska lämnas ut"),
    Why.THREAT: lazy_gettext("Hot"),
}
ASKED: Final = {
    AgreementKind.RIGHTS: lazy_gettext("fler rättigheter"),
    AgreementKind.LINK: lazy_gettext("kommunens konto"),
    AgreementKind.SWITCH_ON: lazy_gettext("att slå på kontot"),
    AgreementKind.RECOVERY: lazy_gettext("återställning"),
}
DETAIL: Final = {
    "asked": lazy_gettext("bad om"),
    "agreed": lazy_gettext("godkände"),
    "refused": lazy_gettext("sa nej till"),
    "called-off": lazy_gettext("avbröt"),
    "asked-by": lazy_gettext("på begäran av"),
    "change": lazy_gettext("ändring"),
    "roles": lazy_gettext("roller"),
    "units": lazy_gettext("enheter"),
    "protected": lazy_gettext("skyddade uppgifter"),
    "recovery": lazy_gettext("återställning"),
    "how": lazy_gettext("sätt"),
    "where": lazy_gettext("var"),
    "added": lazy_gettext("la till"),
    "removed": lazy_gettext("tog bort"),
    "by": lazy_gettext("valde"),
    "account": lazy_gettext("konto"),
    "about": lazy_gettext("om"),
    "receiver": lazy_gettext("till"),
    "ground": lazy_gettext("grund"),
    "unit": lazy_gettext("enhet"),
    "what": lazy_gettext("steg"),
}
CODE: Final = {
    "added": lazy_gettext("kontot lades till"),
    "off": lazy_gettext("avstängt"),
    "on": lazy_gettext("påslaget"),
    "unlinked": lazy_gettext("kommunens konto togs bort"),
    "password": lazy_gettext("lösenord"),
    "totp": lazy_gettext("app för koder"),
    "passkey": lazy_gettext("nyckel"),
    "municipality": lazy_gettext("kommunens konto"),
    "used": lazy_gettext("koden användes"),
    "at-the-machine": lazy_gettext("vid datorn där portalen körs"),
}


def act_words(code: str) -> str:
    """What was done, in words; the code itself for one that this version does not know."""
    return str(ACT.get(code, code))  # type: ignore[call-overload]  # a StrEnum is found by its text


def why_words(code: str) -> str:
    return str(WHY.get(code, code))  # type: ignore[call-overload]  # as above


def detail_words(detail: dict[str, object]) -> str:
    """The codes of a row in one line; a code that this version does not know stands as it is."""
    parts = [(str(DETAIL.get(key, key)), _value(key, value)) for key, value in detail.items() if value not in ([], "")]
    return ", ".join(f"{key}: {value}" for key, value in parts)


def stamp(moment: datetime) -> str:
    """A moment to the second, with its year, in the municipality's own time."""
    return current.ruleset().local(moment).strftime("%Y-%m-%d %H:%M:%S")


def role_name(code: str) -> str:
    """A role without what it may do."""
    return str(labels.ROLE[Role(code)]).partition(":")[0] if code in set(Role) else code


def _value(key: str, value: object) -> str:
    if isinstance(value, bool):
        return str(gettext("ja") if value else gettext("nej"))
    if isinstance(value, list):
        named = {"roles": role_name, "units": unit_name}.get(key, str)
        return " + ".join(named(one) for one in value)
    if key in ("asked", "agreed", "refused", "called-off") and value in set(AgreementKind):
        return str(ASKED[AgreementKind(str(value))])
    return str(CODE.get(str(value), value))
