"""The shape of municipality.yaml: who we are, who can be rung, and what the municipality has decided about the work."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from portal.triage.notify import EscalationNotice
from portal.triage.opening import Hours, Period
from portal.triage.priorities import Receiver, ReportTime, Target
from portal.triage.public_answers import PublicAnswers
from portal.triage.shapes import Day, Language, Refusal, Shape, Slug, Text, Url, needed

Audience = Literal["young", "adult", "all"]

SOURCE = "Where this comes from, or where it was decided. Not shown."


class Validity(Shape):
    """Days on which something holds, both included; an end left out is open."""

    from_: Day | None = Field(default=None, alias="from", description="The first day, as 2026-01-31.")
    to: Day | None = Field(default=None, description="The last day, as 2026-12-31.")

    def covers(self, day: date) -> bool:
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class HoursException(Shape):
    """A day on which other hours hold."""

    date: Day = needed("The day.", "2026-06-19")
    hours: list[Period] = Field(default=[], max_length=12, description="Periods of that day; an empty list is closed.")


class Helpline(Shape):
    """A number to call, of somebody who helps."""

    slug: Slug = needed("Its name in other files.", "bris")
    name: Text = needed("What it is called.", "Bris")
    number: Text = needed("The number, in quotes.", "116 111")
    for_: Text = needed("For whom or when, one sentence.", "För dig som är under 18 år.", alias="for")
    hours: Hours = Field(default=None, description="When somebody answers; left out when nobody has told us.")
    languages: list[Language] = Field(default=[], description="Languages in which somebody answers.")
    audience: Audience = Field(default="all", description="For the young, for adults, or for all.")
    verified: Day | None = Field(default=None, description="The day when somebody called the number.")
    verified_by: Text | None = Field(default=None, description="Who did: a role.")
    source: Text = needed(SOURCE, "beslut 2026-01-15")


class ContactCentre(Shape):
    """Where people answer requests."""

    name: Text = needed("What it is called.", "Kontaktcenter")
    phone: Text = needed("Its number, in quotes.", "011-15 00 00")
    hours: Hours = needed("When somebody answers; null when nobody has told us.", {"mon-fri": ["08:00-16:30"]})
    closed_on_holidays: bool = Field(default=True, description="Closed on public holidays?")
    closed_on_eves: bool = Field(default=False, description="Closed on Midsummer, Christmas and New Year's Eve?")
    exceptions: list[HoursException] = Field(default=[], description="Days with other hours.")


OpenHours = Annotated[float, Field(gt=0, le=2000, allow_inf_nan=False)]


class AnswerWithin(Shape):
    """Opening hours of the contact centre within which a first answer is promised."""

    emergency: OpenHours = needed("Opening hours until the answer.", 1)
    today: OpenHours = needed("Opening hours until the answer.", 4)
    soon: OpenHours = needed("Opening hours until the answer.", 16)
    planned: OpenHours = needed("Opening hours until the answer.", 40)


class AreaCategory(Shape):
    """What a worry about a place can be about."""

    slug: Slug = needed("Its name in stored worries; never change it.", "damage")
    label: Text = needed("What people read: a thing seen, no judgement.", "Något är förstört")


class AreaReceiver(Shape):
    """Somebody to whom a worry about a place may be passed on, without any person in it."""

    slug: Slug = needed("Its name in stored worries; never change it.", "property-owners")
    label: Text = needed("What it is called.", "Fastighetsägare i området")
    staff: Text = needed("How it is passed on, for staff.", "Ta upp det på veckomötet.")


class AreaSignals(Shape):
    """Worries about places: what they can be about and what becomes of them."""

    categories: list[AreaCategory] = Field(default=[], description="In the order of the form; none closes the form.")
    receivers: list[AreaReceiver] = Field(default=[], description="To whom they may be passed on.")
    text_days: int = Field(default=365, ge=1, le=3650, description="Days after which the texts are erased.")
    decision: Text = Field(default="Not decided.", description="The decision behind that, for the protocol.")


class HandoverGround(Shape):
    """A legal ground on which staff may hand a request over to a unit without the person's consent."""

    slug: Slug = needed("Its name; it is stored with what was handed over.", "danger")
    name: Text = needed("What staff choose.", "Någon är i fara")
    law: Text | None = Field(default=None, description="The law it rests on, with the day when somebody looked it up.")
    needs_reason: bool = Field(default=False, description="Whether staff must write why.")


class HandoverTerms(Shape):
    """How requests are handed over to units."""

    answer_within: OpenHours = Field(
        default=8, description="Opening hours of the unit within which it says yes or no: one working day."
    )
    confirm_within_days: int = Field(
        default=3, ge=1, le=60, description="Days within which a unit has what it accepted in its own system."
    )
    grounds: list[HandoverGround] = Field(default=[], description="Grounds beside the person's consent.")


class RetentionClass(Shape):
    """Requests that are kept longer than the rest, by how they were closed."""

    slug: Slug = needed("Its name.", "report")
    name: Text = needed("Its name for staff.", "Orosanmälan")
    closed_as: list[Slug] = needed("The reasons for closing that belong here.", ["report-taken"])
    days: int = needed("Days after closing; at least code_valid_days, which pages promise.", 365, ge=1, le=36500)
    decision: Text = needed("The decision it rests on; stands in the protocol of what was erased.", "Nämnden § 12")


class Retention(Shape):
    """How long the text of a closed request is kept."""

    decision: Text = needed("The decision for requests of no class below.", "Nämnden § 12")
    unread_told_after_days: int = Field(
        default=14, ge=0, le=3650, description="Days after which a supervisor is told of an answer nobody has read."
    )
    classes: list[RetentionClass] = Field(default=[], description="Requests that are kept longer.")

    def class_for(self, close_reason: str) -> RetentionClass | None:
        """The class of a request closed for this reason; None for an ordinary one."""
        return next((each for each in self.classes if close_reason in each.closed_as), None)


WorkingHours = Annotated[float, Field(gt=0, le=400, allow_inf_nan=False)]


class StaffSafety(Shape):
    """What is decided about threats against staff, and about requests that are put aside."""

    threat_days: int = Field(default=30, ge=1, le=366, description="The most days for which two handle a request.")
    alone_after_minutes: int = Field(
        default=10,
        ge=1,
        le=1440,
        description="After so long without a colleague one may act alone.",
    )
    aftercare_within: WorkingHours = Field(default=8, description="Opening hours until somebody talks with them.")
    misuse_judged_within: WorkingHours = Field(default=8, description="Opening hours until a human looks at it.")
    feedback_within: WorkingHours = Field(
        default=40, description="Opening hours until a professional who reported is told what happens."
    )


class TwoPersons(Shape):
    """How long there is for what two persons decide about an account."""

    agree_within_hours: int = Field(
        default=72, ge=1, le=720, description="Hours until what an administrator asked for an account lapses."
    )
    code_valid_hours: int = Field(
        default=1, ge=1, le=72, description="Hours for which the code works that the second person hands over."
    )


class Municipality(Shape):
    """The municipality, its contact centre and its helplines."""

    slug: Slug = needed("Its short name.", "norrkoping")
    name: Text = needed("Its name.", "Norrköpings kommun")
    live: bool = needed("false as long as it is a demonstration.", False)
    time_zone: Text = needed("Its time zone.", "Europe/Stockholm")
    exit_url: Url = needed("Where the quick exit leads: a harmless page.", "https://www.smhi.se/")
    contact_centre: ContactCentre = needed("Where people answer.", {"name": "Kontaktcenter"})
    safe_word: Text = needed("A word that means danger when written alone.", "HJÄLP")
    answer_within: AnswerWithin = needed("Promised time to a first answer, by urgency.", {"emergency": 1})
    adult_from_age: int = needed("The age from which somebody is an adult.", 18, ge=0, le=30)
    code_valid_days: int = needed("Days for which a receipt code works.", 90, ge=1, le=3650)
    priorities: list[Target] = Field(
        default=[], description="How soon a human acts. Left out: danger first, then what is promised."
    )
    emergencies_read: Literal["open-hours", "always"] = Field(
        default="open-hours",
        description="When somebody reads what is an emergency: in the contact centre's hours, or day and night because "
        "those on call watch the queue. People in danger are told this.",
    )
    escalation_notices: dict[Receiver, EscalationNotice] = Field(
        default={}, description="Who is told outside the portal that nobody has acted; left out, nobody is."
    )
    report_times: list[ReportTime] = Field(default=[], description="The time to assess a report on a child.")
    area_signals: AreaSignals = Field(default=AreaSignals(), description="Worries about places.")
    handover: HandoverTerms = Field(default=HandoverTerms(), description="How requests are handed over to units.")
    public_answers: PublicAnswers = Field(default=PublicAnswers(), description="Questions answered in public.")
    retention: Retention = Field(
        default=Retention(decision="Not decided."), description="How long closed requests are kept, and who decided it."
    )
    figures_by: Literal["month", "quarter", "year"] = Field(
        default="quarter",
        description="The shortest period of figures. Longer ones are added up from what these show.",
    )
    hide_below: int = Field(
        default=5,
        description="In figures, numbers of people that are smaller than this are hidden.",
        examples=[5],
        ge=3,
        le=50,
    )
    age_bands: list[Annotated[int, Field(ge=1, le=120)]] = Field(
        default=[13, 16, 18, 21, 25, 65],
        description="In figures, the ages at which a new group begins, in rising order.",
        examples=[[13, 18, 25]],
    )
    staff_safety: StaffSafety = Field(default=StaffSafety(), description="Threats, and what is put aside.")
    two_persons: TwoPersons = Field(default=TwoPersons(), description="What two persons decide about an account.")
    helplines: list[Helpline] = needed("Numbers to call.", [])

    @model_validator(mode="after")
    def _keep_what_is_promised(self) -> Municipality:
        for each in self.retention.classes:
            if each.days < self.code_valid_days:
                raise Refusal(
                    f"{each.days} days for {each.slug} are fewer than code_valid_days, which pages promise",
                    remedy=f"Give it at least {self.code_valid_days} days",
                )
        return self
