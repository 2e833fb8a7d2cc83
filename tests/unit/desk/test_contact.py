"""How a person can be reached, as it is sealed and read again."""

import json
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from portal.desk.contact import AccessNeed, Contact, ContactChannel

CONTACTS = st.builds(
    Contact,
    name=st.text(),
    channel=st.sampled_from(ContactChannel),
    address=st.text(),
    best_times=st.text(),
    may_leave_message=st.booleans(),
    code_word=st.text(),
    never_contact=st.text(),
    needs=st.lists(st.sampled_from(AccessNeed), unique=True).map(tuple),
)


@given(CONTACTS)
def test_what_is_sealed_reads_the_same_again(contact):
    assert Contact.from_json(contact.to_json()) == contact


def test_contacts_sealed_before_needs_were_asked_for_can_still_be_read():
    older = json.dumps({"name": "Kim", "channel": "sms", "address": "070"})
    assert Contact.from_json(older).needs == ()


def test_every_field_is_tried_above():
    assert {field.name for field in fields(Contact)} == {
        "name",
        "channel",
        "address",
        "best_times",
        "may_leave_message",
        "code_word",
        "never_contact",
        "needs",
    }


def test_only_a_name_or_an_address_ends_anonymity():
    assert Contact(code_word="blå", never_contact="pappa", best_times="på skolan").is_anonymous
    assert Contact(name="  ").is_anonymous
    assert Contact(needs=(AccessNeed.INTERPRETER,)).is_anonymous
    assert not Contact(name="Kim").is_anonymous
    assert not Contact(channel=ContactChannel.SMS, address="070").is_anonymous
