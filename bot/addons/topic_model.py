"""The linear model behind the classifier: sentence vectors to probabilities. Plain numbers, no Rasa.

One softmax over all leaves (`home.violence`, `outside.parking`, `greet`, and one for all danger phrases). The
probability of a topic is the sum over its leaves, which finds topics better than learning the topics themselves: a
topic is many different things. The danger score is the sum over all leaves that are dangerous, whichever leads.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

SCALE = 5.0  # unit vectors are too short for the regularisation that logistic regression comes with
KEPT_BACK = 0.25  # share of the sentences on which the two figures below are set
DANGER_FOUND = 0.9  # share of the dangerous sentences kept back that must be found
LOWEST, HIGHEST = 0.1, 0.5  # bounds of the danger threshold, whatever the sentences kept back say
FEWEST = 4  # examples of a class below which none can be kept back

Array = np.ndarray


@dataclass(frozen=True)
class TopicModel:
    """Everything learnt, as arrays, so that the file on disk holds no pickled code."""

    leaves: Array  # (K,) names
    intents: Array  # (K,) intent of each leaf
    danger: Array  # (K,) whether a leaf counts towards the danger score
    weights: Array  # (384, K)
    bias: Array  # (K,)
    sharpness: Array  # () factor on the scores, so that 0.7 means right in about seven cases of ten
    danger_threshold: Array  # () danger scores from here on are worth a question

    def probabilities(self, rows: Array) -> Array:
        """(sentences, 384) → (sentences, K)"""
        return softmax((rows @ self.weights + self.bias) * self.sharpness)

    def arrays(self) -> dict[str, Array]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def fit(rows: Array, leaves: list[str], intents: list[str], danger: list[bool]) -> TopicModel:
    """Learn from one vector a sentence: (N, 384), and N leaves, intents and danger marks."""
    names, marked = np.array(leaves), np.array(danger)
    factor, threshold = set_on_kept_back(rows, names, np.array(intents), marked)
    model = regression().fit(rows * SCALE, names)
    first = [leaves.index(leaf) for leaf in model.classes_]
    return TopicModel(
        leaves=model.classes_,
        intents=np.array(intents)[first],
        danger=marked[first],
        weights=(model.coef_.T * SCALE).astype(np.float32),
        bias=model.intercept_.astype(np.float32),
        sharpness=np.array(factor, np.float32),
        danger_threshold=np.array(threshold, np.float32),
    )


def regression() -> Any:
    return LogisticRegression(class_weight="balanced", max_iter=200)


def set_on_kept_back(rows: Array, names: Array, intents: Array, danger: Array) -> tuple[float, float]:
    """Sharpness and danger threshold, set on sentences that the model has not seen."""
    if min(np.unique(intents, return_counts=True)[1]) < FEWEST:
        return 1.0, LOWEST
    learn, check = train_test_split(np.arange(len(names)), test_size=KEPT_BACK, stratify=intents, random_state=0)
    model = regression().fit(rows[learn] * SCALE, names[learn])
    scores = model.decision_function(rows[check] * SCALE)
    intent_of = dict(zip(names, intents, strict=True))
    right = np.array([intent_of[leaf] for leaf in model.classes_]) == intents[check][:, None]

    def surprise(factor: float) -> float:
        return float(-np.log((softmax(scores * factor) * right).sum(1) + 1e-9).sum())

    factor = float(minimize_scalar(surprise, bounds=(0.5, 8), method="bounded").x)
    dangerous = np.isin(model.classes_, names[danger])
    found = softmax(scores * factor)[:, dangerous].sum(1)[spoken(danger, names)[check]]
    threshold = np.quantile(found, 1 - DANGER_FOUND) if len(found) else LOWEST
    return factor, float(np.clip(threshold, LOWEST, HIGHEST))


def spoken(danger: Array, names: Array) -> Array:
    """Dangerous sentences as people write them: those of topics. Danger phrases are fragments, and too easy to find."""
    of_topics = danger & np.array(["." in name for name in names])
    return of_topics if of_topics.any() else danger


def softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
