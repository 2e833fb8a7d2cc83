"""Gives Rasa what the editors' rule files say: example sentences, one intent a topic, one rule an intent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import METADATA, METADATA_EXAMPLE
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.addons.phrases import DANGER, NO_DANGER, OUTSIDE, TOPIC, BrokenRuleFile, Phrase, read_phrases

RULES_FOLDER = "TRIAGE_RULES"  # environment variable; the folder beside bot/ otherwise

# What the dialogue does with each kind of intent that comes from the rule files.
STEPS = {
    DANGER: ["utter_possible_danger", "action_triage"],
    NO_DANGER: ["action_triage"],  # never the answer of the classifier; Rasa wants a rule for every intent
    OUTSIDE: ["utter_outside"],
    TOPIC: ["action_triage"],
}


class RuleImporter(RasaFileImporter):  # type: ignore[misc]
    """Rasa's own importer, which reads bot/domain.yml and bot/data, and beside it the rule files."""

    def __init__(self, config_file: str | None = None, domain_path: Any = None,
                 training_data_paths: Any = None, **_: Any) -> None:  # fmt: skip
        super().__init__(config_file, domain_path, training_data_paths)
        beside = Path(__file__).resolve().parent.parent.parent / "triage_rules"
        folder = Path(os.environ.get(RULES_FOLDER) or beside)
        self.phrases = read_phrases(folder)
        self.intents = sorted({phrase.intent for phrase in self.phrases})
        if DANGER not in self.intents or not any(intent.startswith(TOPIC) for intent in self.intents):
            raise BrokenRuleFile(f"{folder}: holds too few sentences; both topics and danger messages are needed")

    def get_domain(self) -> Domain:
        return super().get_domain().merge(Domain.from_dict({"version": "3.1", "intents": self.intents}))

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        rules = [rule(intent) for intent in self.intents]
        steps = YAMLStoryReader().read_from_parsed_yaml({"version": "3.1", "rules": rules})
        return super().get_stories(exclusion_percentage).merge(StoryGraph(steps))

    def get_nlu_data(self, language: str | None = "sv") -> TrainingData:
        return super().get_nlu_data(language).merge(TrainingData([message(phrase) for phrase in self.phrases]))


def rule(intent: str) -> dict[str, Any]:
    kind = TOPIC if intent.startswith(TOPIC) else intent
    return {"rule": intent, "steps": [{"intent": intent}, *({"action": name} for name in STEPS[kind])]}


def message(phrase: Phrase) -> Message:
    example = Message.build(phrase.text, intent=phrase.intent)
    example.set(METADATA, {METADATA_EXAMPLE: {"leaf": phrase.leaf, "signal": phrase.signal}})
    return example
