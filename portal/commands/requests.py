"""flask requests: taking out one request at a terminal, for a disclosure that the pages cannot make."""

from __future__ import annotations

from collections.abc import Sequence

import click

from portal import clock, current
from portal.commands.groups import CommandGroup
from portal.desk import audit, disclosure
from portal.desk.audit import Act, Why
from portal.desk.errors import RequestUnknown
from portal.desk.reach import find_for_operator
from portal.desk.request_page import load_request
from portal.disclosed_text import as_text, parts_to_disclose
from portal.i18n.languages import SOURCE, spoken_as
from portal.records.disclosure import Ground, Receiver
from portal.records.errors import DomainError

requests_commands = CommandGroup("requests", help="Take out one request.")


@requests_commands.command("export")
@click.argument("reference")
@click.option("--receiver", required=True, type=click.Choice([each.value for each in Receiver]), help="Who gets it.")
@click.option("--ground", required=True, type=click.Choice([each.value for each in Ground]), help="On which ground.")
@click.option("--mask", "words", multiple=True, help="A name or word to blacken everywhere; may be repeated.")
@click.option("--with-notes", is_flag=True, help="Take the internal notes too.")
@click.option("--without-contact", is_flag=True, help="Leave the contact details out.")
def export(
    reference: str, receiver: str, ground: str, words: Sequence[str], with_notes: bool, without_contact: bool
) -> None:
    """Print one request as text and write into the register and the audit log that it was taken out."""
    parts = current.parts()
    try:
        with spoken_as(SOURCE), parts.database.session() as session:
            request_id = find_for_operator(session, reference=reference)
            page = load_request(session, keys=parts.content_keys, request_id=request_id)
            offered = parts_to_disclose(page)
            left_out = [part.key for part in offered if _stays(part.who, with_notes, without_contact)]
            copy = disclosure.masked_copy(offered, left_out=left_out, words=words)
            text = as_text(page, copy)
            digest = disclosure.note_disclosure(
                session,
                request_id=request_id,
                staff_id=None,
                receiver=receiver,
                ground=ground,
                masked=copy.masked,
                text=text,
                now=clock.now(),
            )
            audit.append(
                session,
                key=parts.audit_key,
                act=Act.DISCLOSED,
                subject=page.reference,
                why=Why.DISCLOSURE,
                at=clock.now(),
                staff_id=None,
                detail={"receiver": receiver, "ground": ground, "digest": digest[:16]},
            )
    except RequestUnknown as error:
        raise click.ClickException(f"There is no request {reference!r}. Check the reference.") from error
    except DomainError as error:
        raise click.ClickException(f"The request cannot be taken out ({error.code}): {error}.") from error
    click.echo(text, nl=False)


def _stays(who: str, with_notes: bool, without_contact: bool) -> bool:
    return (who == "note" and not with_notes) or (who == "contact" and without_contact)
