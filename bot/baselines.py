"""Two simple ways to understand a message, learnt from the same phrases as the bot: what `make measure` compares with.

    python -m bot.baselines rasa | nearest < texts.json > answers.json      in the bot's environment

`rasa` is the sparse pipeline that Rasa's documentation starts with, made of Rasa's own components, with one intent for
each topic, danger and outside matter. They are trained and asked in one process, because Rasa keeps the classifier
between two with a library that this environment leaves out. `nearest` names the phrases whose sentence vectors lie
nearest to the message as a whole. An answer is a list of what the message may be about, likeliest first: a topic or a
part of one (`home.violence`), `outside.parking`, `danger:violence-now`, or `no_danger` for what only sounds like it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from bot.addons.phrases import DANGER, TOPIC, Phrase, read_phrases
from bot.launcher import hush_deprecations, leave_out

NAMED = 10  # the most that an answer holds
AT_ONCE = 200  # phrases whose features are made together


def label_of(phrase: Phrase) -> str:
    """What a phrase teaches; a danger message teaches its danger."""
    return f"danger:{phrase.signal}" if phrase.leaf == DANGER else phrase.leaf


def intent_of(phrase: Phrase) -> str:
    """What Rasa is to tell apart. With each part of a topic as an intent it finds no more, in three times the time."""
    return phrase.leaf.partition(".")[0] if phrase.intent.startswith(TOPIC) else label_of(phrase)


def nearest(phrases: list[Phrase], texts: list[str]) -> list[list[str]]:
    """The labels of the nearest phrases, nearest first, each once."""
    from bot.addons.e5_featurizer import MODEL, embed_many
    from bot.addons.known_vectors import vectors_of

    labels = np.array([label_of(phrase) for phrase in phrases])
    known = vectors_of([" ".join(phrase.text.split()) for phrase in phrases], embed_many, MODEL)
    rows = embed_many([" ".join(text.split()) for text in texts])
    order = np.argsort(-(rows @ known.T), axis=1)[:, :AT_ONCE]
    return [list(dict.fromkeys(labels[places].tolist()))[:NAMED] for places in order]


def rasa(phrases: list[Phrase], texts: list[str]) -> list[list[str]]:
    """What Rasa's stock sparse pipeline answers after training on the phrases."""
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    examples = [Message.build(phrase.text, intent=intent_of(phrase)) for phrase in phrases]
    with tempfile.TemporaryDirectory() as folder:
        *featurizers, classifier = stock_pipeline(Path(folder))
        data = TrainingData(examples)
        for part in featurizers:
            if hasattr(part, "train"):
                part.train(data)
            part.process_training_data(data)
        classifier.train(data)
        messages = [Message.build(text) for text in texts]
        for part in [*featurizers, classifier]:
            messages = part.process(messages)
    return [[found["name"] for found in message.get("intent_ranking")] for message in messages]


def stock_pipeline(folder: Path) -> list[Any]:
    """Rasa's components with the settings they come with; words, and runs of one to four letters."""
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
    from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
    from rasa.nlu.featurizers.sparse_featurizer.lexical_syntactic_featurizer import LexicalSyntacticFeaturizer
    from rasa.nlu.featurizers.sparse_featurizer.regex_featurizer import RegexFeaturizer
    from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer

    class InMemory(LogisticRegressionClassifier):  # type: ignore[misc]
        def persist(self) -> None:
            """It is asked by the process that trained it."""

    letters = {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}
    parts: list[tuple[Any, dict[str, Any]]] = [
        (WhitespaceTokenizer, {}),
        (RegexFeaturizer, {}),
        (LexicalSyntacticFeaturizer, {}),
        (CountVectorsFeaturizer, {}),
        (CountVectorsFeaturizer, letters),
        (InMemory, {}),
    ]
    storage = LocalModelStorage.create(folder)
    return [
        kind.create(
            {**kind.get_default_config(), **settings},
            storage,
            Resource(f"part{number}"),
            ExecutionContext(GraphSchema({}), node_name=f"part{number}"),
        )
        for number, (kind, settings) in enumerate(parts)
    ]


def main() -> None:
    leave_out()
    hush_deprecations()
    warnings.filterwarnings(
        "ignore", module="sklearn"
    )  # about an option that Rasa sets, and that it stops after 100 rounds
    phrases = read_phrases(Path(os.environ.get("TRIAGE_RULES") or "triage_rules"))
    answer = {"rasa": rasa, "nearest": nearest}[sys.argv[1]]
    json.dump(answer(phrases, json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
