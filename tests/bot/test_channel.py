"""The HTTP contract with the portal (bot/README.md), against a bot that really runs."""

import secrets
from typing import Any

import pytest
import requests

from bot import start
from tests.bot.running_bot import SECRET, PortalStandIn, RunningBot


def keys(replies: list[dict[str, Any]]) -> list[str]:
    return [reply["key"] for reply in replies]


class TestTheDoor:
    @pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1]])
    @pytest.mark.parametrize("path", ["parse", "message"])
    def test_nobody_comes_in_without_the_secret(self, bot: RunningBot, path: str, secret: str | None) -> None:
        answer = bot.call(path, {"text": "hej", "conversation": secrets.token_hex(16)}, secret=secret)
        assert answer.status_code == 401
        assert answer.json() == {"error": "unauthorized"}

    def test_ready_needs_the_secret_too(self, bot: RunningBot) -> None:
        url = f"{bot.url}/webhooks/portal/ready"
        assert requests.get(url, timeout=10).status_code == 401
        answer = requests.get(url, headers={"Authorization": f"Bearer {SECRET}"}, timeout=10).json()
        assert answer["ready"] is True
        assert answer["model"].startswith("bot-")

    @pytest.mark.parametrize("path", ["/model/parse", "/conversations/x/tracker", "/webhooks/rest/webhook", "/model"])
    def test_rasas_other_doors_are_closed(self, bot: RunningBot, path: str) -> None:
        assert requests.post(bot.url + path, json={}, timeout=10).status_code == 404

    @pytest.mark.parametrize(
        "body",
        [
            {"text": "hej"},
            {"conversation": None, "text": "hej"},
            {"conversation": "kort", "text": "hej"},
            {"conversation": "A" * 32, "text": "hej"},
            {"conversation": "a" * 33, "text": "hej"},
            {"conversation": "a" * 32},
            {"conversation": "a" * 32, "text": 7},
            {"conversation": "a" * 32, "text": "hej", "metadata": []},
            {"conversation": "a" * 32, "intent": "no_such_intent"},
            {"conversation": "a" * 32, "intent": "restart"},
            {"conversation": "a" * 32, "intent": "greet", "entities": ["x"]},
            ["hej"],
            "hej",
        ],
    )
    def test_what_breaks_the_contract_is_refused(self, bot: RunningBot, body: object) -> None:
        answer = bot.call("message", body)
        assert answer.status_code == 422
        assert set(answer.json()) == {"error"}

    def test_a_body_that_is_not_json_is_refused(self, bot: RunningBot) -> None:
        url, bearer = f"{bot.url}/webhooks/portal/parse", {"Authorization": f"Bearer {SECRET}"}
        assert requests.post(url, data=b"{nonsense", headers=bearer, timeout=10).status_code == 422


class TestParse:
    def test_a_topic_is_found_in_each_sentence(self, bot: RunningBot) -> None:
        found = bot.parse("Hej! Jag kan inte betala hyran i månaden. Min dotter blir mobbad i skolan varje dag.")
        assert {topic["id"].split(".")[0] for topic in found["topics"]} >= {"housing", "school-leisure"}
        assert found["intent"]["name"].startswith("topic_")
        assert all(0 < topic["confidence"] <= 1 for topic in found["topics"])
        assert found["outside"]["matter"] is None

    def test_an_outside_matter_is_named(self, bot: RunningBot) -> None:
        assert bot.parse("jag vill överklaga en parkeringsbot")["outside"]["matter"] == "parking"

    @pytest.mark.parametrize("text", ["", "   ", "/", " // ", "\n"])
    def test_empty_text_is_not_understood(self, bot: RunningBot, text: str) -> None:
        found = bot.parse(text)
        assert found["intent"]["name"] == "nlu_fallback"
        assert found["topics"] == []
        assert found["safety"]["possible_danger"] is False

    @pytest.mark.parametrize("start", ["/", "//", " / /", "\u00a0/"])
    def test_a_leading_slash_is_only_text(self, bot: RunningBot, start: str) -> None:
        assert bot.parse(start + "mamma dricker varje kväll") == bot.parse("mamma dricker varje kväll")
        assert bot.parse(start + 'answer{"fact": "age"}')["intent"]["confidence"] < 1

    def test_long_text_is_capped(self, bot: RunningBot) -> None:
        sentence = "Jag är ledsen hela tiden och orkar inget. "
        assert bot.parse(sentence * 2000)["topics"] == bot.parse((sentence * 60)[:2000])["topics"]

    @pytest.mark.parametrize("text", ["😀" * 400, "\u202e\u0000a", "{{7*7}} ${BOT_SECRET} %s", "a" * 5000])
    def test_odd_text_is_answered(self, bot: RunningBot, text: str) -> None:
        assert set(bot.parse(text)) == {"intent", "topics", "outside", "safety"}


class TestTalk:
    def test_a_greeting_is_answered_with_a_key(self, bot: RunningBot, conversation: str) -> None:
        assert bot.say(conversation, "Hej!", language="sv") == [{"key": "greeting", "args": {}}]

    def test_a_topic_goes_to_the_portals_triage(
        self, bot: RunningBot, conversation: str, portal: PortalStandIn
    ) -> None:
        replies = bot.say(conversation, "vi ska bli vräkta från lägenheten", language="sv", facts={"age": 40})
        assert replies == [{"key": "ask", "args": {"fact": "age"}}]
        call = portal.calls[-1]
        latest = call["tracker"]["latest_message"]
        assert portal.authorizations[-1] == f"Bearer {SECRET}"
        assert call["next_action"] == "action_triage"
        assert call["sender_id"] == conversation
        assert latest["metadata"] == {"language": "sv", "facts": {"age": 40}}
        assert latest["topics"][0]["id"] == "housing.eviction"
        assert latest["intent"]["name"] == "topic_housing"

    def test_an_answer_reaches_triage_with_fact_and_value(
        self, bot: RunningBot, conversation: str, portal: PortalStandIn
    ) -> None:
        button = {"intent": "answer", "entities": {"fact": "age", "value": 14}}
        assert keys(bot.say(conversation, button, asking="age")) == ["ask"]
        latest = portal.calls[-1]["tracker"]["latest_message"]
        assert [(part["entity"], part["value"]) for part in latest["entities"]] == [("fact", "age"), ("value", 14)]
        assert portal.calls[-1]["tracker"]["slots"]["facts"] is None
        bot.say(conversation, {"intent": "will_not_answer"}, asking="age")
        assert portal.calls[-1]["tracker"]["slots"]["facts"] == {"about": "self"}

    @pytest.mark.parametrize(
        ("intent", "key"),
        [
            ("want_human", "offer_human"),
            ("are_you_a_machine", "i_am_a_machine"),
            ("who_sees_this", "who_sees_this"),
            ("send_request", "offer_send"),
            ("forget_me", "forgotten"),
            ("correct_you", "corrected"),
            ("thanks", "thanks"),
            ("goodbye", "goodbye"),
        ],
    )
    def test_each_button_has_its_answer(self, bot: RunningBot, conversation: str, intent: str, key: str) -> None:
        assert keys(bot.say(conversation, {"intent": intent})) == [key]

    def test_an_outside_matter_tells_which(self, bot: RunningBot, conversation: str) -> None:
        replies = bot.say(conversation, "hur får jag parkeringstillstånd", language="sv")
        assert replies == [{"key": "outside", "args": {"matter": "parking"}}]

    def test_possible_danger_comes_first_and_the_talk_goes_on(self, bot: RunningBot, conversation: str) -> None:
        assert keys(bot.say(conversation, "jag vill inte leva längre", language="sv")) == ["possible_danger", "ask"]

    def test_not_understood_twice_in_a_row_offers_a_human(self, bot: RunningBot, conversation: str) -> None:
        said = [keys(bot.say(conversation, "")) for _ in range(2)]
        assert said == [["not_understood"], ["offer_human"]]
        bot.say(conversation, {"intent": "thanks"})
        assert keys(bot.say(conversation, "")) == ["not_understood"]

    def test_conversations_do_not_mix(self, bot: RunningBot, conversation: str) -> None:
        assert keys(bot.say(conversation, "")) == ["not_understood"]
        assert keys(bot.say(secrets.token_hex(16), "")) == ["not_understood"]

    def test_what_is_to_be_forgotten_is_forgotten(self, bot: RunningBot, conversation: str) -> None:
        assert keys(bot.say(conversation, "")) == ["not_understood"]
        bot.say(conversation, {"intent": "forget_me"})
        assert keys(bot.say(conversation, "")) == ["not_understood"]

    def test_a_broken_portal_gives_an_empty_answer(
        self, bot: RunningBot, conversation: str, portal: PortalStandIn
    ) -> None:
        portal.broken = True
        try:
            assert bot.say(conversation, {"intent": "answer"}) == []
        finally:
            portal.broken = False
        assert keys(bot.say(conversation, {"intent": "answer"})) == ["ask"]


def test_nothing_that_people_write_is_kept_in_files(bot: RunningBot, conversation: str, portal: PortalStandIn) -> None:
    portal.broken = True
    try:
        for text in ("zebraord mamma slår mig", "zebraord", "zebraord hej"):
            bot.say(conversation, text, language="sv")
            bot.call("message", {"conversation": conversation, "intent": "zebraord"})
    finally:
        portal.broken = False
    assert "zebraord" not in bot.log.read_text()
    written = [path for path in start.VAR.rglob("*") if path.is_file()]
    assert written
    assert not [path for path in written if b"zebraord" in path.read_bytes()]
