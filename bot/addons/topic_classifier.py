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

from bot.addons.phrases import DANGER, OUTSIDE, TOPIC
from bot.addons.topic_model import TopicModel, fit

MODEL_FILE = "topics.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent, IntentClassifier):  # type: ignore[misc]
    """Adds to each message, besides Rasa's `intent` and `intent_ranking`:

    topics: [{"id": "housing.eviction" or "housing", "confidence": 0–1}], most likely first;
    outside: {"matter": name or None, "probability": 0–1}; matter only when the whole message is about it;
    safety: {"score": 0–1, "possible_danger": bool}.
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
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource,
                 model: TopicModel | None = None) -> None:  # fmt: skip
        self.config, self.storage, self.resource, self.model = config, storage, resource, model

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> TopicClassifier:  # fmt: skip
        return cls(config, model_storage, resource)

    @classmethod
    def load(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **_: Any) -> TopicClassifier:  # fmt: skip
        with model_storage.read_from(resource) as folder, np.load(folder / MODEL_FILE, allow_pickle=False) as file:
            return cls(config, model_storage, resource, TopicModel(**file))

    def train(self, training_data: TrainingData) -> Resource:
        examples = [example for example in training_data.intent_examples if example.features]
        notes = [(example.get(METADATA) or {}).get(METADATA_EXAMPLE) or {} for example in examples]
        intents = [example.get(INTENT) for example in examples]
        self.model = fit(
            np.concatenate([sentence_vector(example) for example in examples]),
            [note.get("leaf", intent) for note, intent in zip(notes, intents, strict=True)],
            intents,
            [bool(note.get("danger")) for note in notes],
        )
        with self.storage.write_to(self.resource) as folder:
            np.savez(folder / MODEL_FILE, **self.model.arrays())
        return self.resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            for name, value in self.understand(sentence_rows(message)).items():
                message.set(name, value, add_to_output=True)
        return messages

    def understand(self, rows: np.ndarray) -> dict[str, Any]:
        """What is said about a message; `rows` is one vector a sentence, perhaps none."""
        model = self.model
        if model is None or not len(rows):
            return nothing_understood()
        probabilities = model.probabilities(rows)
        score = float(probabilities[:, model.danger].sum(1).max())
        # What it is about, whether dangerous or not: the danger phrases themselves are about nothing.
        leaves = np.where(model.intents == DANGER, 0, probabilities)
        leaves /= leaves.sum(axis=1, keepdims=True)
        names = np.array([name for name in np.unique(model.intents) if name != DANGER])
        by_intent = np.stack([leaves[:, model.intents == name].sum(1) for name in names], axis=1)
        ranking = self.rank(names, by_intent)
        danger = score >= float(model.danger_threshold)
        if danger:
            ranking.insert(0, {"name": DANGER, "confidence": 1.0})
        return {
            INTENT: ranking[0],
            INTENT_RANKING_KEY: ranking[:10],
            "topics": self.topics(names, by_intent, leaves),
            "outside": self.outside(ranking, by_intent[:, names == OUTSIDE], leaves),
            "safety": {"score": round(score, 4), "possible_danger": danger},
        }

    def rank(self, names: np.ndarray, by_intent: np.ndarray) -> list[dict[str, Any]]:
        """Intents, most likely first. A greeting beside a sentence about a topic does not hide the topic."""
        best = by_intent.max(axis=0)
        leads = {
            int(row.argmax())
            for row in by_intent
            if names[row.argmax()].startswith(TOPIC) and row.max() >= self.config["topic_said_from"]
        }
        order = sorted(range(len(names)), key=lambda place: (place not in leads, -best[place]))
        return [{"name": str(names[place]), "confidence": round(float(best[place]), 4)} for place in order]

    def topics(self, names: np.ndarray, by_intent: np.ndarray, leaves: np.ndarray) -> list[dict[str, Any]]:
        best = by_intent.max(axis=0)
        likely = [
            place
            for place in np.argsort(-best)
            if names[place].startswith(TOPIC) and best[place] >= self.config["topic_listed_from"]
        ]
        return [
            {
                "id": self.closest_leaf(str(names[place]), leaves[by_intent[:, place].argmax()], float(best[place])),
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

    def outside(self, ranking: list[dict[str, Any]], probability: np.ndarray, leaves: np.ndarray) -> dict[str, Any]:
        assert self.model is not None  # noqa: S101
        if not probability.size:
            return nothing_understood()["outside"]
        row = leaves[probability[:, 0].argmax()]
        leaf = self.model.leaves[np.where(self.model.intents == OUTSIDE, row, 0).argmax()]
        leads = ranking[0]["name"] == OUTSIDE
        return {
            "matter": str(leaf).removeprefix(f"{OUTSIDE}.") if leads else None,
            "probability": round(float(probability.max()), 4),
        }


def nothing_understood() -> dict[str, Any]:
    return {
        INTENT: {"name": None, "confidence": 0.0},
        INTENT_RANKING_KEY: [],
        "topics": [],
        "outside": {"matter": None, "probability": 0.0},
        "safety": {"score": 0.0, "possible_danger": False},
    }


def sentence_vector(example: Message) -> np.ndarray:
    """(1, 384): the vector that the featurizer gave a training sentence."""
    return example.get_dense_features(TEXT)[1].features


def sentence_rows(message: Message) -> np.ndarray:
    """(sentences, 384): one row for each sentence of a message."""
    return message.get_dense_features(TEXT)[0].features
