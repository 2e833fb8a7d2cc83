"""Every table, one file per aggregate. Importing this package makes the whole schema known."""

from portal.records import (
    audit_entry as audit_entry,
)
from portal.records import (
    event as event,
)
from portal.records import (
    help_request as help_request,
)
from portal.records import (
    message as message,
)
from portal.records import (
    note as note,
)
from portal.records import (
    queue_setting as queue_setting,
)
from portal.records import (
    report_clock as report_clock,
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
    takeover as takeover,
)
from portal.records import (
    visit as visit,
)
