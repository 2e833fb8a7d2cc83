"""Filing a request: what is stored, what is not, and what happens when it is sent twice."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.desk.contact import Contact, ContactChannel
from portal.desk.conversation import Line
from portal.desk.errors import RulesetUnknown, TextAmongCodes
from portal.desk.follow_up import open_with_code
from portal.desk.request_page import load_request
from portal.records.help_request import HelpRequest
from portal.records.message import Author

FORM_KEY = "0123456789abcdef0123456789abcdef"


def test_staff_read_what_the_person_sent(session, submit, keys, now):
    contact = Contact(name="Kim", channel=ContactChannel.SMS, address="070", never_contact="min pappa")
    talk = [
        Line(author=Author.BOT, body="Vem gäller det?", language="sv", at=now - timedelta(minutes=2)),
        Line(author=Author.PERSON, body="mig själv", language="sv", at=now - timedelta(minutes=1)),
    ]
    submitted = submit(
        session,
        words="Jag är rädd 😟",
        conversation=talk,
        contact=contact,
        facts={"about": "self", "age": 13},
        concerns_child=True,
    )

    page = load_request(session, keys=keys, request_id=submitted.request_id)

    assert page.words == "Jag är rädd 😟"
    assert [(m.author, m.body) for m in page.messages] == [
        (Author.BOT, "Vem gäller det?"),
        (Author.PERSON, "mig själv"),
        (Author.PERSON, "Jag är rädd 😟"),
    ]
    assert page.contact == contact
    assert page.anonymous is False
    assert page.facts == {"about": "self", "age": 13}
    assert page.suggestions[0]["rules"] == ["home-unclear"]
    assert page.child_concerned is True
    assert (page.state, page.urgency, page.reference) == ("new", "soon", submitted.reference)


def test_a_request_with_buttons_only_needs_no_words(session, submit, keys):
    submitted = submit(session, words="  \n")

    page = load_request(session, keys=keys, request_id=submitted.request_id)

    assert (page.words, page.messages, page.anonymous) == (None, (), True)


def test_fifty_thousand_characters_and_half_an_emoji_are_kept(session, submit, keys):
    words = "å" * 50_000 + "\ud83d"

    submitted = submit(session, words=words)

    assert load_request(session, keys=keys, request_id=submitted.request_id).words == "å" * 50_000 + "?"


@pytest.mark.parametrize(
    ("details", "name"),
    [
        ({"facts": {"about": "min bror Ali"}}, "facts.about"),
        ({"facts": {"a whole sentence": "yes"}}, "facts"),
        ({"topics": ["hemma är det inte bra"]}, "topics"),
        ({"signals": ["han slår mig"]}, "signals"),
        ({"suggestions": [{"service": "reception", "level": "strong", "rules": ["x y"]}]}, "suggestions.rules"),
        ({"language": "på svenska"}, "language"),
    ],
)
def test_a_sentence_among_the_codes_is_refused(session, submit, details, name):
    with pytest.raises(TextAmongCodes) as refused:
        submit(session, **details)

    assert refused.value.name == name


def test_rules_that_were_never_published_judge_nothing(session, submit):
    with pytest.raises(RulesetUnknown):
        submit(session, ruleset_id="0" * 64)


def test_sent_twice_is_filed_once_with_a_code_that_works(database, submit, code_key, now):
    with database.session() as session:
        first = submit(session, idempotency_key=FORM_KEY)
    with database.session() as session:
        second = submit(session, idempotency_key=FORM_KEY, now=now + timedelta(seconds=3))

    assert (second.reference, second.code) == (first.reference, first.code)
    assert (first.repeated, second.repeated) == (False, True)
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(HelpRequest)) == 1
        opened = open_with_code(session, code=second.code, code_key=code_key, now=now)
    assert opened.request_id == first.request_id


def test_changed_words_under_the_same_form_are_not_lost(session, submit, keys):
    first = submit(session, words="ett", idempotency_key=FORM_KEY)
    second = submit(session, words="två", idempotency_key=FORM_KEY)

    assert first.code != second.code
    assert load_request(session, keys=keys, request_id=second.request_id).words == "två"


def test_another_form_with_the_same_words_is_another_request(session, submit):
    codes = {submit(session, idempotency_key=FORM_KEY[::-1]).code, submit(session, idempotency_key=FORM_KEY).code}

    assert len(codes) == 2


def test_a_form_key_that_could_be_guessed_is_refused(session, submit):
    with pytest.raises(ValueError, match="guessed"):
        submit(session, idempotency_key="1")


def test_two_clicks_at_the_same_moment_are_one_request(database, submit):
    database.engine.dispose()
    start, results = threading.Barrier(2), []
    with database.session() as session:
        submit(session)  # publishes the rules, so that the clicks meet at the request itself

    def click():
        start.wait()
        with database.session() as session:
            results.append(submit(session, idempotency_key=FORM_KEY))

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()

    assert len({(result.reference, result.code) for result in results}) == 1
    assert sorted(result.repeated for result in results) == [False, True]
