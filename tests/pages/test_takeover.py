"""A human takes the chat: asked for plainly, one who answers at a time, the bot mute, and always a way on."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import clock
from portal.desk import takeover, work
from portal.desk.accounts import add_staff
from portal.desk.request_page import load_request
from portal.records.help_request import HelpRequest
from portal.records.message import Message
from portal.records.takeover import Holder
from tests.pages.conftest import StandInBot, parts_of, token_on
from tests.pages.talking import CARD, boxes, card_of

CHAT = "/sv/chat"
PASSWORD = "three quiet words"
TUESDAY_NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TUESDAY_NIGHT = datetime(2026, 3, 10, 22, 0, tzinfo=UTC)


@pytest.fixture
def stopped() -> Iterator[clock.FrozenClock]:
    with clock.freeze(TUESDAY_NOON) as frozen:
        yield frozen


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], FlaskClient]:
    """A browser in which somebody is signed in whose role people see by this name."""

    def sign_in(display_role: str, role: str = "agent") -> FlaskClient:
        name = display_role.lower()
        with parts_of(app).database.session() as session:
            add_staff(
                session,
                username=name,
                display_role=display_role,
                roles=[role],
                password=PASSWORD,
                now=clock.now(),
            )
        client = app.test_client()
        fields = {"csrf_token": token_on(client, "/staff/sign-in"), "username": name, "password": PASSWORD}
        assert client.post("/staff/sign-in", data=fields).status_code == 303
        return client

    return sign_in


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def say(client: FlaskClient, **fields: Any) -> str:
    """Write or press in the chat, a moment after what was said before."""
    if clock._frozen is not None:
        clock._frozen.move(timedelta(seconds=1))
    return text(client.post(CHAT, data={"csrf_token": token_on(client, CHAT), **fields}, follow_redirects=True))


def send_card(client: FlaskClient) -> str:
    """Send the card as it stands."""
    return text(client.post(CARD, data={**boxes(card_of(client)), "send": "1"}, follow_redirects=True))


def staff_press(client: FlaskClient, request: HelpRequest, verb: str, **fields: str) -> TestResponse:
    if clock._frozen is not None:
        clock._frozen.move(timedelta(seconds=1))
    token = token_on(client, "/staff/password")
    return client.post(f"/staff/requests/{request.reference}/{verb}", data={"csrf_token": token, **fields})


def the_request(app: Flask) -> HelpRequest:
    with parts_of(app).database.session(writes=False) as session:
        return session.scalars(select(HelpRequest)).one()


def holder(app: Flask) -> Holder | None:
    with parts_of(app).database.session(writes=False) as session:
        return takeover.holder_of(session, request_id=the_request(app).id)


def bodies(app: Flask) -> list[str | None]:
    parts = parts_of(app)
    with parts.database.session(writes=False) as session:
        page = load_request(session, keys=parts.content_keys, request_id=the_request(app).id)
    return [message.body for message in page.messages]


@pytest.fixture
def waiting(app: Flask, client: FlaskClient, bot: StandInBot, stopped: clock.FrozenClock) -> FlaskClient:
    """A person who has told something and waits for a human."""
    bot.says(("result", {"facts": {"topics": ["housing.eviction"]}}))
    say(client, text="vi blir vräkta på fredag")
    say(client, choice="want_human:")
    say(client, choice="send:")
    send_card(client)
    bot.asked.clear()
    return client


@pytest.fixture
def owned(app: Flask, waiting: FlaskClient, sign_in: Callable[..., FlaskClient]) -> tuple[FlaskClient, FlaskClient]:
    """The same person, and the one who answers them now."""
    staff = sign_in("Rådgivare")
    assert staff_press(staff, the_request(app), "step-in").status_code == 303
    return waiting, staff


def test_before_a_human_comes_it_is_plain_what_will_be_read_and_nothing_is_sent(
    app: Flask, client: FlaskClient, bot: StandInBot
) -> None:
    bot.says(("not_understood", {}))
    say(client, text="min hemlighet")
    bot.asked.clear()
    page = say(client, choice="want_human:")
    assert "Först ser du vad en människa får läsa" in page
    assert bot.asked == [], "the way to a human does not lead through the bot"
    page = say(client, choice="send:")
    assert "min hemlighet" in page
    assert "Skicka, och vänta på en människa i chatten" in page
    with parts_of(app).database.session(writes=False) as session:
        assert session.scalars(select(HelpRequest)).all() == []


def test_the_confirming_press_files_the_talk_once_and_the_person_waits(app: Flask, waiting: FlaskClient) -> None:
    page = say(waiting, choice="human:")
    assert "Du väntar på en människa" in page
    assert "Din kod" in page
    assert the_request(app).channel == "chat"
    assert "vi blir vräkta på fredag" in bodies(app)
    assert holder(app) == Holder.WAITING


def test_who_sends_for_an_answer_with_the_code_does_not_wait_but_can_ask_then(
    app: Flask, client: FlaskClient, bot: StandInBot, stopped: clock.FrozenClock
) -> None:
    bot.says(("result", {"facts": {"topics": ["housing.eviction"]}}))
    say(client, text="vi blir vräkta på fredag")
    say(client, choice="send:")
    page = send_card(client)
    assert "En människa läser det du har skickat" in page
    assert holder(app) is None
    assert "Du väntar på en människa" in say(client, choice="human:")
    assert holder(app) == Holder.WAITING


def test_who_asked_the_bot_for_a_human_in_words_waits_for_one_too(
    app: Flask, client: FlaskClient, bot: StandInBot, stopped: clock.FrozenClock
) -> None:
    bot.says(("offer_human", {}))
    say(client, text="kan jag få prata med en riktig person")
    say(client, choice="send:")
    assert "Du väntar på en människa" in send_card(client)


def test_nobody_is_there_at_night_and_the_page_says_when_somebody_is_and_offers_form_and_numbers(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], stopped: clock.FrozenClock
) -> None:
    stopped.moment = TUESDAY_NIGHT
    sign_in("Rådgivare").get("/staff/queue")
    page = say(client, choice="want_human:")
    offered = page[page.index('id="latest"') : page.index('id="say"')]
    assert "Ingen människa är i chatten just nu." in offered
    assert "Öppnar i morgon 08:00" in offered
    assert 'href="/sv/ask"' in offered
    assert 'href="tel:112"' in offered
    assert 'value="send:"' in offered, "the wish is still taken"


def test_somebody_is_there_while_an_agent_has_a_page_open_and_the_contact_centre_is(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], stopped: clock.FrozenClock
) -> None:
    assert "Ingen människa är i chatten just nu." in say(client, choice="want_human:")
    staff = sign_in("Rådgivare")
    staff.get("/staff/queue")
    assert "Det finns en människa här nu." in text(client.get(CHAT))
    stopped.move(timedelta(minutes=3))
    assert "Ingen människa är i chatten just nu." in text(client.get(CHAT))
    staff.get("/staff/queue/chats")
    assert "Det finns en människa här nu." in text(client.get(CHAT))
    staff.post("/staff/sign-out", data={"csrf_token": token_on(staff, "/staff/password")})
    assert "Ingen människa är i chatten just nu." in text(client.get(CHAT))


def test_an_administrator_is_nobody_who_answers(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], stopped: clock.FrozenClock
) -> None:
    sign_in("Administratör", "administrator").get("/staff/accounts")
    assert "Ingen människa är i chatten just nu." in say(client, choice="want_human:")


def test_staff_see_in_the_queue_who_waits_and_step_in_with_one_press(
    app: Flask, waiting: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    staff, reference = sign_in("Rådgivare"), the_request(app).reference
    queue = text(staff.get("/staff/queue"))
    assert "1 väntar på en människa i chatten" in queue
    assert f"/staff/requests/{reference}/step-in" in queue
    assert "Personen väntar på en människa i chatten" in text(staff.get(f"/staff/requests/{reference}"))
    assert staff_press(staff, the_request(app), "step-in").status_code == 303
    assert "Du svarar i chatten" in text(staff.get(f"/staff/requests/{reference}"))
    assert "väntar på en människa i chatten" not in text(staff.get("/staff/queue"))


@pytest.mark.parametrize("verb", ["step-in", "give-back"])
def test_only_agents_step_in_and_give_back(
    app: Flask, waiting: FlaskClient, sign_in: Callable[..., FlaskClient], verb: str
) -> None:
    assert staff_press(sign_in("Administratör", "administrator"), the_request(app), verb).status_code == 403
    stranger = app.test_client()
    token = token_on(stranger, "/staff/sign-in")
    address = f"/staff/requests/{the_request(app).reference}/{verb}"
    assert stranger.post(address, data={"csrf_token": token}).status_code == 401
    assert holder(app) == Holder.WAITING


def test_a_colleague_is_told_who_answers(
    app: Flask, owned: tuple[FlaskClient, FlaskClient], sign_in: Callable[..., FlaskClient]
) -> None:
    colleague = sign_in("Socialsekreterare")
    refused = staff_press(colleague, the_request(app), "step-in")
    assert refused.status_code == 409
    assert "Rådgivare har redan tagit hand om frågan." in text(refused)


def test_the_person_sees_that_a_human_answers_and_by_which_role(owned: tuple[FlaskClient, FlaskClient]) -> None:
    person, _ = owned
    page = text(person.get(CHAT))
    assert re.search("Nu svarar en människa: \u2068?Rådgivare", page)
    assert "Nu svarar en människa: <bdi>Rådgivare</bdi></h2>" in page


def test_the_bot_is_never_asked_while_a_human_owns_the_talk(
    app: Flask, owned: tuple[FlaskClient, FlaskClient], bot: StandInBot
) -> None:
    person, _ = owned
    page = say(person, text="är du där?")
    assert "Jag har lagt till det" not in page, "in a talk with a human the machine does not interrupt"
    for choice in ("topic:school-leisure", "answer:age:14", "decline:age", "who_sees_this:", "correct_you:", "send:"):
        say(person, choice=choice)
    assert bot.asked == []
    assert "är du där?" in bodies(app)


def test_danger_words_show_their_card_at_once_and_raise_the_request(
    app: Flask, owned: tuple[FlaskClient, FlaskClient], bot: StandInBot
) -> None:
    person, staff = owned
    page = say(person, text="han slår mig nu")
    assert 'href="tel:112"' in page[page.index('id="talk"') : page.index('id="latest"')]
    assert (the_request(app).urgency, the_request(app).signals) == ("emergency", ["violence-now"])
    assert "Fara:" in text(staff.get(f"/staff/requests/{the_request(app).reference}"))


def test_a_danger_button_of_an_older_page_reaches_the_human_too(
    app: Flask, owned: tuple[FlaskClient, FlaskClient], bot: StandInBot
) -> None:
    page = say(owned[0], choice="topic:danger-now.gone")
    assert 'href="tel:112"' in page[page.index('id="talk"') : page.index('id="latest"')]
    assert (the_request(app).urgency, the_request(app).signals) == ("emergency", ["missing-person"])
    assert "Någon är borta" in bodies(app)
    assert bot.asked == []


def test_the_answer_of_staff_stands_in_the_talk_with_the_role_and_counts_as_read(
    app: Flask, owned: tuple[FlaskClient, FlaskClient]
) -> None:
    person, staff = owned
    say(person, text="kan någon hjälpa mig?")
    sent = staff_press(staff, the_request(app), "answer", answer="Ja, jag är här.", language="sv")
    assert sent.location.endswith("#answer-title")
    page = text(person.get(CHAT))
    assert page.index("kan någon hjälpa mig?") < page.index("Ja, jag är här.")
    assert "Människa: <bdi>Rådgivare</bdi>" in page
    assert "Läst av personen" in text(staff.get(f"/staff/requests/{the_request(app).reference}"))


def test_news_are_nothing_until_something_happens_and_then_the_page(
    app: Flask, owned: tuple[FlaskClient, FlaskClient]
) -> None:
    person, staff = owned
    asks = {
        person: re.findall(r'data-live="([^"]+)"', text(person.get(CHAT)))[0],
        staff: re.findall(r'data-live="([^"]+)"', text(staff.get(f"/staff/requests/{the_request(app).reference}")))[0],
    }
    for client, address in asks.items():
        answer = client.get(address)
        assert (answer.status_code, answer.data, answer.headers["Cache-Control"]) == (204, b"", "no-store")
        assert "vräkta" not in address
    say(person, text="hallå")
    news = staff.get(asks[staff])
    assert news.status_code == 200
    assert "hallå" in text(news)
    staff_press(staff, the_request(app), "answer", answer="Hej hej", language="sv")
    news = person.get(asks[person])
    assert "Hej hej" in text(news)
    assert re.findall(r'data-live="([^"]+)"', text(news))[0] != asks[person]


def test_asking_for_news_is_never_too_much(
    make_app: Callable[..., Flask], bot: StandInBot, stopped: clock.FrozenClock
) -> None:
    client = make_app(rate_limits=True).test_client()
    bot.says(("thanks", {}))
    say(client, text="hej")
    say(client, choice="want_human:")
    say(client, choice="send:")
    send_card(client)
    address = re.findall(r'data-live="([^"]+)"', text(client.get(CHAT)))[0]
    assert {client.get(address).status_code for _ in range(100)} == {204}


def test_news_of_a_talk_that_is_gone_end_the_asking(client: FlaskClient, waiting: FlaskClient) -> None:
    address = re.findall(r'data-live="([^"]+)"', text(waiting.get(CHAT)))[0]
    waiting.post("/leave")
    answer = waiting.get(address)
    assert (answer.status_code, answer.data) == (410, b"")


def test_without_scripts_the_page_says_to_load_it_again(waiting: FlaskClient) -> None:
    assert re.search(r'<p[^>]* data-reload><a href="/sv/chat">Ladda om sidan</a>', text(waiting.get(CHAT)))


def test_a_talk_given_back_is_the_bots_and_what_is_said_then_is_the_persons_own(
    app: Flask, owned: tuple[FlaskClient, FlaskClient], bot: StandInBot
) -> None:
    person, staff = owned
    assert staff_press(staff, the_request(app), "give-back").status_code == 303
    page = text(person.get(CHAT))
    assert "har lämnat samtalet. Nu svarar datorn igen." in page
    bot.says(("who_sees_this", {}))
    page = say(person, text="min hemlighet")
    assert [body["text"] for _, body in bot.asked] == ["min hemlighet"]
    assert "min hemlighet" not in bodies(app)
    assert "Det här läser de om du ber om en människa" in page


def test_asking_again_lets_what_was_said_meanwhile_be_read_once(
    app: Flask, owned: tuple[FlaskClient, FlaskClient], bot: StandInBot
) -> None:
    person, staff = owned
    staff_press(staff, the_request(app), "give-back")
    bot.says(("who_sees_this", {}))
    say(person, text="min hemlighet")
    page = say(person, choice="human:")
    assert "Du väntar på en människa" in page
    assert bodies(app).count("min hemlighet") == 1
    staff_press(staff, the_request(app), "step-in")
    staff_press(staff, the_request(app), "give-back")
    say(person, text="en sak till")
    say(person, choice="human:")
    assert bodies(app).count("min hemlighet") == 1
    assert bodies(app).count("en sak till") == 1


def test_danger_said_to_the_bot_meanwhile_raises_the_request_once_it_is_read(
    app: Flask, owned: tuple[FlaskClient, FlaskClient]
) -> None:
    person, staff = owned
    staff_press(staff, the_request(app), "give-back")
    page = say(person, text="han slår mig nu")
    assert 'href="tel:112"' in page
    assert 'value="send:"' in page, "the card is not the end of the talk"
    say(person, choice="send:")
    assert the_request(app).urgency == "emergency"
    assert holder(app) == Holder.WAITING


def test_a_human_who_comes_while_the_bot_is_thinking_silences_it_and_gets_the_words(
    app: Flask, owned: tuple[FlaskClient, FlaskClient], bot: StandInBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, staff = owned
    staff_press(staff, the_request(app), "give-back")
    bot.says(("thanks", {}))
    client = parts_of(app).bot
    answers = type(client).message

    def slowly(*asked: Any) -> Any:
        replies = answers(*asked)
        with parts_of(app).database.session() as session:
            whose = {"request_id": the_request(app).id, "staff_id": staff_id, "now": clock.now()}
            takeover.step_in(session, **whose)
        return replies

    with parts_of(app).database.session(writes=False) as session:
        from portal.desk.roster import find_account

        staff_id = find_account(session, username="rådgivare").id
    monkeypatch.setattr(type(client), "message", slowly)
    page = say(person, text="vem är du?")
    assert "Tack för att du skrev." not in page
    assert "vem är du?" in bodies(app)


def test_the_person_can_stop_waiting_and_go_back_to_the_bot(
    app: Flask, waiting: FlaskClient, bot: StandInBot, sign_in: Callable[..., FlaskClient]
) -> None:
    page = say(waiting, choice="bot:")
    assert "Nu svarar datorn igen" in page
    bot.says(("thanks", {}))
    say(waiting, text="hej igen")
    assert len(bot.asked) == 1
    assert "väntar på en människa i chatten" not in text(sign_in("Rådgivare").get("/staff/queue"))


def test_closing_ends_the_humans_part_and_what_is_written_then_opens_the_request_again(
    app: Flask, owned: tuple[FlaskClient, FlaskClient], bot: StandInBot
) -> None:
    person, staff = owned
    assert staff_press(staff, the_request(app), "close", reason="answered").status_code == 303
    page = text(person.get(CHAT))
    assert "har avslutat. Skriver du igen läser en människa det." in page
    say(person, text="en fråga till")
    assert the_request(app).state == "in-dialogue"
    assert "en fråga till" in bodies(app)
    assert bot.asked == []


def test_forgetting_ends_the_waiting_and_shows_nothing_of_the_human_on_this_page_again(
    app: Flask, owned: tuple[FlaskClient, FlaskClient], bot: StandInBot
) -> None:
    person, staff = owned
    staff_press(staff, the_request(app), "answer", answer="Jag ringer polisen.", language="sv")
    bot.says(("forgotten", {}))
    page = say(person, choice="forget_me:")
    assert holder(app) == Holder.BOT
    assert "Din kod" in page
    staff_press(staff, the_request(app), "answer", answer="Är du kvar?", language="sv")
    page = text(person.get(CHAT))
    assert "Jag ringer polisen." not in page
    assert "Är du kvar?" not in page
    assert "data-live" not in page
    with parts_of(app).database.session(writes=False) as session:
        read = [
            each.read_by_person_at
            for each in session.scalars(select(Message).where(Message.author == "staff").order_by(Message.number))
        ]
    assert [moment is None for moment in read] == [False, True], "what was not shown is not read"


def test_letting_the_request_go_says_that_another_human_comes(
    app: Flask, owned: tuple[FlaskClient, FlaskClient]
) -> None:
    person, staff = owned
    staff_press(staff, the_request(app), "release")
    assert "Du väntar på en människa" in text(person.get(CHAT))


def test_an_owner_who_falls_silent_is_not_hidden_from_the_person(
    owned: tuple[FlaskClient, FlaskClient], stopped: clock.FrozenClock
) -> None:
    person, _ = owned
    assert "Det dröjer längre" not in text(person.get(CHAT))
    stopped.move(work.CLAIM_LAPSES_AFTER)
    assert "Det dröjer längre" in text(person.get(CHAT))


def test_staff_step_in_without_being_asked_only_where_a_talk_was_sent(
    app: Flask, client: FlaskClient, bot: StandInBot, sign_in: Callable[..., FlaskClient], stopped: clock.FrozenClock
) -> None:
    bot.says(("result", {"facts": {"topics": ["housing.eviction"]}}))
    say(client, text="vi blir vräkta")
    send_card(client)
    staff = sign_in("Rådgivare")
    assert "Svara i chatten" in text(staff.get(f"/staff/requests/{the_request(app).reference}"))
    assert staff_press(staff, the_request(app), "step-in").status_code == 303
    assert "Nu svarar en människa" in text(client.get(CHAT))


def test_what_staff_write_is_text_and_never_markup(app: Flask, owned: tuple[FlaskClient, FlaskClient]) -> None:
    person, staff = owned
    staff_press(staff, the_request(app), "answer", answer="<script>x</script>", language="sv")
    assert "<script>x" not in person.get(CHAT).get_data(as_text=True)


def test_the_page_stands_when_the_request_cannot_be_read(
    owned: tuple[FlaskClient, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.records.database import DatabaseBusy

    def busy(*_: Any, **__: Any) -> None:
        raise DatabaseBusy()

    monkeypatch.setattr("portal.chat.live.takeover.read_sent_talk", busy)
    page = text(owned[0].get(CHAT))
    assert "Vi kan inte visa svaren just nu" in page
    assert "vi blir vräkta på fredag" in page
