"""Numbers belong to editors: no text of the pages holds one, so that a number is changed in one place."""

import re

from babel.messages.pofile import read_po

from portal.settings import ROOT
from portal.triage.reader import read_folder

RULES = read_folder(ROOT / "triage_rules")


def test_no_text_of_a_page_or_of_the_code_holds_a_telephone_number() -> None:
    numbers = {line.number for line in RULES.municipality.helplines} | {RULES.municipality.contact_centre.phone}
    written = re.compile("|".join(rf"(?<!\d){re.escape(number)}(?!\d)" for number in sorted(numbers)))
    with (ROOT / "translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        texts = [message.id for message in read_po(file) if any(p.startswith("portal/") for p, _ in message.locations)]
    assert len(texts) > 100
    assert [text for text in texts if written.search(str(text))] == []
