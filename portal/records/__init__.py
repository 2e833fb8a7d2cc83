"""Every table, one file per aggregate. Importing this package makes the whole schema known."""

from portal.records import (
    account_agreement as account_agreement,
)
from portal.records import (
    area_signal as area_signal,
)
from portal.records import (
    audit_entry as audit_entry,
)
from portal.records import (
    daily_count as daily_count,
)
from portal.records import (
    disclosure as disclosure,
)
from portal.records import (
    erasure as erasure,
)
from portal.records import (
    event as event,
)
from portal.records import (
    handover as handover,
)
from portal.records import (
    help_request as help_request,
)
from portal.records import (
    interpreter_request as interpreter_request,
)
from portal.records import (
    legal_hold as legal_hold,
)
from portal.records import (
    message as message,
)
from portal.records import (
    note as note,
)
from portal.records import (
    outbox as outbox,
)
from portal.records import (
    public_answer as public_answer,
)
from portal.records import (
    public_question as public_question,
)
from portal.records import (
    quarantine as quarantine,
)
from portal.records import (
    queue_setting as queue_setting,
)
from portal.records import (
    reply as reply,
)
from portal.records import (
    report_clock as report_clock,
)
from portal.records import (
    request_link as request_link,
)
from portal.records import (
    request_look as request_look,
)
from portal.records import (
    ruleset as ruleset,
)
from portal.records import (
    saved_view as saved_view,
)
from portal.records import (
    staff_account as staff_account,
)
from portal.records import (
    staff_draft as staff_draft,
)
from portal.records import (
    staff_factor as staff_factor,
)
from portal.records import (
    staff_sign_in as staff_sign_in,
)
from portal.records import (
    staff_task as staff_task,
)
from portal.records import (
    takeover as takeover,
)
from portal.records import (
    threat as threat,
)
from portal.records import (
    translation as translation,
)
from portal.records import (
    visit as visit,
)
