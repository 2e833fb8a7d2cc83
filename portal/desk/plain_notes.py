"""Telling the person in plain words that something has happened to the request.

    tell_person(session, keys=…, request_id=…, notice=Notice.UNIT_HAS_IT, codes={"unit": "family"}, now=…)

Call it in the transaction in which the thing happens; it is committed with it. What is stored is the notice's key and
codes, sealed like every message. The sentence is found through gettext whenever somebody reads it: the person in the
language of the page, staff in Swedish. It stands in the talk as a message by the portal, on the page behind the receipt
code and in the chat; it is no answer, so the promise of one stands. An open chat shows it at once when an event is
recorded in the same transaction.

For another notice: a member of `message_content.Notice`, its sentence in `portal.said.SENTENCES`, and, for a new
placeholder, what it stands for in `portal.said.FILLED_WITH`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.desk.codes_only import require_codes
from portal.desk.conversation import add_message
from portal.desk.errors import RequestUnknown
from portal.desk.message_content import Notice, NoticeView, pack_notice
from portal.records.help_request import HelpRequest
from portal.records.message import Author, Content
from portal.records.sealing import ContentKeys


def tell_person(
    session: Session,
    *,
    keys: ContentKeys,
    request_id: UUID,
    notice: Notice,
    now: datetime,
    codes: Mapping[str, str] | None = None,
    staff_id: UUID | None = None,
) -> None:
    """Add the notice to the talk. `staff_id`: who did what it tells of, where somebody did.

    Raises RequestUnknown, ContentErased; TextAmongCodes when `codes` holds more than codes.
    """
    require_codes("codes", codes)
    request = session.get(HelpRequest, request_id)
    if request is None:
        raise RequestUnknown(str(request_id))
    add_message(
        session,
        key=keys.open_data_key(request.wrapped_key, request_id),
        request_id=request_id,
        author=Author.PORTAL,
        staff_id=staff_id,
        body=pack_notice(NoticeView(notice=notice, codes=codes or {})),
        content=Content.NOTICE,
        language=request.language,
        at=now,
    )
