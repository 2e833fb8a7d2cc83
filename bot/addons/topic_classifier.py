"""Intent, topics, outside matter and danger of a message, from the vectors of its sentences."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, METADATA_EXAMPLE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.addons.danger_model import NONE, DangerModel, danger_model_from, fit_danger
from bot.addons.e5_featurizer import views_of
from bot.addons.letters import counted
from bot.addons.phrases import DANGER, NO_DANGER, OUTSIDE, TOPIC
from bot.addons.topic_model import TopicModel, fit_topics, topic_model_from

MODEL_FILE = "understanding.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent, IntentClassifier):  # type: ignore[misc]
    """Adds to each message, besides Rasa's `intent` and `intent_ranking`:

    topics: [{"id": "housing.eviction" or "housing", "confidence": 0–1}], most likely first;
    outside: {"matter": name or None, "probability": 0–1}; matter only when the whole message is about it;
    safety: {"score": 0–1, "possible_danger": bool, "signals": [names, most likely first]}.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        return []

    @staticmethod
    def required_packages() -> list[str]:
        return ["sklearn", "scipy"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "topic_listed_from": 0.1,  # less likely topics are not mentioned at all
            "most_topics": 4,
            "subtopic_share": 0.5,  # of its topic's probability; otherwise only the topic is named
            "topic_said_from": 0.3,  # a sentence about a topic at least this sure outweighs small talk beside it
            "part_counts": 0.6,  # what one sentence of several says of danger, beside what the whole message says
            "signal_share": 0.4,  # of the likeliest signal's probability; less likely ones are not named
            "most_signals": 2,
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource,
                 model: TopicModel | None = None, danger: DangerModel | None = None) -> None:  # fmt: skip
        self.config, self.storage, self.resource = config, storage, resource
        self.model, self.danger = model, danger

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> TopicClassifier:  # fmt: skip
        return cls(config, model_storage, resource)

    @classmethod
    def load(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **_: Any) -> TopicClassifier:  # fmt: skip
        with model_storage.read_from(resource) as folder, np.load(folder / MODEL_FILE, allow_pickle=False) as file:
            return cls(config, model_storage, resource, topic_model_from(file), danger_model_from(file))

    def train(self, training_data: TrainingData) -> Resource:
        examples = [example for example in training_data.intent_examples if example.features]
        rows = np.concatenate([sentence_vector(example) for example in examples])
        counts = counted([example.get(TEXT) for example in examples])
        self.model = learn_topics(examples, rows, counts)
        self.danger = learn_danger(examples, rows, counts)
        with self.storage.write_to(self.resource) as folder:
            np.savez(folder / MODEL_FILE, **self.model.arrays(), **self.danger.arrays())
        return self.resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            for name, value in self.understand(message_rows(message), message.get(TEXT) or "").items():
                message.set(name, value, add_to_output=True)
        return messages

    def understand(self, rows: np.ndarray, text: str) -> dict[str, Any]:
        """What is said about a message; `rows` is one vector a sentence and one for the whole, perhaps none."""
        if self.model is None or self.danger is None or not len(rows):
            return nothing_understood()
        counts = counted(views_of(text))
        leaves = self.model.probabilities(rows, counts)
        names = np.unique(self.model.intents)
        by_intent = np.stack([leaves[:, self.model.intents == name].sum(1) for name in names], axis=1)
        ranking = self.rank(names, by_intent)
        safety = self.safety(self.danger.probabilities(rows, counts), float(self.danger.threshold))
        if safety["possible_danger"]:
            ranking.insert(0, {"name": DANGER, "confidence": 1.0})
        return {
            INTENT: ranking[0],
            INTENT_RANKING_KEY: ranking[:10],
            "topics": self.topics(names, by_intent, leaves),
            "outside": self.outside(names, by_intent, leaves),
            "safety": safety,
        }

    def safety(self, found: dict[str, np.ndarray], threshold: float) -> dict[str, Any]:
        """The whole message tells most; a single sentence must be surer of danger than the whole."""
        whole = {signal: float(rows[-1]) for signal, rows in found.items()}
        parts = np.stack([rows[:-1] for rows in found.values()], axis=1)
        surest = parts[parts.sum(1).argmax()]
        part = float(surest.sum()) * self.config["part_counts"]
        score = max(sum(whole.values()), part)
        said = whole if score > part else dict(zip(found, surest.tolist(), strict=True))
        likely = sorted(said, key=lambda signal: -said[signal])[: self.config["most_signals"]]
        signals = [signal for signal in likely if said[signal] >= self.config["signal_share"] * said[likely[0]]]
        possible = score >= threshold
        return {"score": round(score, 4), "possible_danger": possible, "signals": signals if possible else []}

    def rank(self, names: np.ndarray, by_intent: np.ndarray) -> list[dict[str, Any]]:
        """Intents, most likely first. A greeting beside a sentence about a topic does not hide the topic."""
        best = together(by_intent)
        leads = {
            int(row.argmax())
            for row in by_intent
            if names[row.argmax()].startswith(TOPIC) and row.max() >= self.config["topic_said_from"]
        }
        order = sorted(range(len(names)), key=lambda place: (place not in leads, -best[place]))
        return [{"name": str(names[place]), "confidence": round(float(best[place]), 4)} for place in order]

    def topics(self, names: np.ndarray, by_intent: np.ndarray, leaves: np.ndarray) -> list[dict[str, Any]]:
        best = together(by_intent)
        likely = [
            place
            for place in np.argsort(-best)
            if names[place].startswith(TOPIC) and best[place] >= self.config["topic_listed_from"]
        ]
        return [
            {
                "id": self.closest_leaf(str(names[place]), together(leaves), float(best[place])),
                "confidence": round(float(best[place]), 4),
            }
            for place in likely[: self.config["most_topics"]]
        ]

    def closest_leaf(self, intent: str, probabilities: np.ndarray, total: float) -> str:
        """The subtopic that clearly leads within a topic, or the topic."""
        assert self.model is not None  # noqa: S101
        own = np.where(self.model.intents == intent, probabilities, 0)
        clear = own.max() >= self.config["subtopic_share"] * total
        return str(self.model.leaves[own.argmax()]) if clear else intent.removeprefix(TOPIC)

    def outside(self, names: np.ndarray, by_intent: np.ndarray, leaves: np.ndarray) -> dict[str, Any]:
        """The matter, when it leads over every topic in the whole message and in no sentence a topic leads."""
        assert self.model is not None  # noqa: S101
        if OUTSIDE not in names:
            return nothing_understood()["outside"]
        leads = names[by_intent.argmax(axis=1)] == OUTSIDE
        of_topics = np.array([name.startswith(TOPIC) for name in names])
        topic_said = (by_intent[:, of_topics].max(axis=1, initial=0) >= self.config["topic_said_from"]) & ~leads
        own = np.where(self.model.intents == OUTSIDE, together(leaves), 0)
        matter = str(self.model.leaves[own.argmax()]).removeprefix(f"{OUTSIDE}.")
        return {
            "matter": matter if leads[-1] and not topic_said.any() else None,
            "probability": round(float(together(by_intent)[names == OUTSIDE][0]), 4),
        }


def together(rows: np.ndarray) -> np.ndarray:
    """(K,): half by what the sentence that says it best says, half by the message as a whole (the last row)."""
    return (rows[:-1].max(axis=0) + rows[-1]) / 2


def nothing_understood() -> dict[str, Any]:
    return {
        INTENT: {"name": None, "confidence": 0.0},
        INTENT_RANKING_KEY: [],
        "topics": [],
        "outside": {"matter": None, "probability": 0.0},
        "safety": {"score": 0.0, "possible_danger": False, "signals": []},
    }


def learn_topics(examples: list[Message], rows: np.ndarray, counts: Any) -> TopicModel:
    """From everything that is about something: topics, outside matters, talk with the bot."""
    about = [place for place, each in enumerate(examples) if each.get(INTENT) not in (DANGER, NO_DANGER)]
    intents = [examples[place].get(INTENT) for place in about]
    leaves = [note(examples[place]).get("leaf", intent) for place, intent in zip(about, intents, strict=True)]
    return fit_topics(rows[about], counts[about], leaves, intents)


def learn_danger(examples: list[Message], rows: np.ndarray, counts: Any) -> DangerModel:
    signals = [note(example).get("signal") or NONE for example in examples]
    leaves = [note(example).get("leaf") or example.get(INTENT) for example in examples]
    written_for_it = [example.get(INTENT) in (DANGER, NO_DANGER) for example in examples]
    return fit_danger(rows, counts, signals, leaves, written_for_it)


def note(example: Message) -> dict[str, Any]:
    """What the importer noted about a sentence of the rule files."""
    return (example.get(METADATA) or {}).get(METADATA_EXAMPLE) or {}


def sentence_vector(example: Message) -> np.ndarray:
    """(1, 384): the vector that the featurizer gave a training sentence."""
    return example.get_dense_features(TEXT)[1].features


def message_rows(message: Message) -> np.ndarray:
    """(sentences + 1, 384): one row for each sentence of a message, and one for the whole."""
    return message.get_dense_features(TEXT)[0].features
