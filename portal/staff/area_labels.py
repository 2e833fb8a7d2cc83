"""What the codes of worries about places are called on staff pages."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext

from portal.records.area_signal import SignalSource, SignalState

STATE_OF: Final[dict[str, object]] = {
    SignalState.NEW: lazy_gettext("Ingen har läst den"),
    SignalState.VERIFIED: lazy_gettext("Läst"),
    SignalState.MERGED: lazy_gettext("Ihoplagd med en annan"),
    SignalState.PASSED_ON: lazy_gettext("Förd vidare"),
    SignalState.CLOSED: lazy_gettext("Stängd"),
    SignalState.NOT_AREA: lazy_gettext("Handlade inte om en plats"),
}
SOURCE_OF: Final[dict[str, object]] = {
    SignalSource.RESIDENT: lazy_gettext("Boende eller besökare"),
    SignalSource.PROPERTY_OWNER: lazy_gettext("Fastighetsägare"),
    SignalSource.ASSOCIATION: lazy_gettext("Förening"),
    SignalSource.SCHOOL: lazy_gettext("Skola eller fritidsgård"),
    SignalSource.PARTNER: lazy_gettext("Annan som arbetar i området"),
    SignalSource.STAFF: lazy_gettext("Vår egen personal"),
}
