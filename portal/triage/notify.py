"""How somebody is told outside the portal that something waits in it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from portal.triage.priorities import DANGER, Rank
from portal.triage.shapes import MailAddress, Shape, Slug, Url


class Notify(Shape):
    """How a unit is told that something waits for it in the portal. None of these carries what a person wrote."""

    mail: MailAddress | None = Field(default=None, description="An e-mail address that the unit reads every day.")
    webhook: Url | None = Field(default=None, description="An address of the unit's own system; https.")
    folder: Slug | None = Field(default=None, description="A folder under the one that the operator sets.")


class EscalationNotice(Shape):
    """How somebody is told that nobody has acted in time. No reference, topic or name leaves."""

    mail: MailAddress | None = Field(default=None, description="An e-mail address that rings or is read at once.")
    webhook: Url | None = Field(default=None, description="A system that rings or pages; https.")
    folder: Slug | None = Field(default=None, description="A folder under the one that the operator sets.")
    priorities: Annotated[list[Rank], Field(min_length=1)] = Field(
        default=[DANGER], description="The priorities whose escalations are told there.", examples=[[1]]
    )
