"""A linear model that looks at a text twice: at what it means (its sentence vector) and at how it is spelt.

Vectors carry over from one language to another, but are weak in slang and in languages that their makers saw little
of; letters carry over nothing, but learn every language from few sentences. Their probabilities are multiplied.
Plain numbers, no Rasa.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import train_test_split

from bot.addons.letters import rarity, weighed

SCALE = 6.0  # unit vectors are too short for the regularisation that logistic regression comes with
ROUNDS = 120  # of the solver; more move the figures by less than a tenth of a percent
KEPT_BACK = 0.15  # share of the texts on which sharpness is set
FEWEST = 4  # texts of a class below which none can be kept back
NEVER_ZERO = 1e-5

Array = np.ndarray


@dataclass(frozen=True)
class TwoViews:
    """Everything learnt, as arrays, so that the file on disk holds no pickled code. K is the number of classes."""

    classes: Array  # (K,) names
    weights: Array  # (384, K) on sentence vectors
    bias: Array  # (K,)
    letters: Array  # (BUCKETS, K) on letters, float16
    letter_bias: Array  # (K,)
    rare: Array  # (BUCKETS,) float16
    share: Array  # () of the letters in the answer, 0 to 1
    sharpness: Array  # () factor on the scores, so that 0.7 means right in about seven cases of ten

    def probabilities(self, rows: Array, counts: csr_matrix) -> Array:
        """(texts, 384) and what `letters.counted` gave for them → (texts, K)"""
        return softmax(self.scores(rows, counts) * self.sharpness)

    def scores(self, rows: Array, counts: csr_matrix) -> Array:
        meant = np.log(softmax(rows @ self.weights + self.bias) + 1e-9)
        return (1 - self.share) * meant + self.share * np.log(self.spelt(counts) + NEVER_ZERO)

    def spelt(self, counts: csr_matrix) -> Array:
        """(texts, K) probabilities by letters alone. Only the buckets that occur are widened to float32."""
        found = weighed(counts, self.rare)
        buckets, places = np.unique(found.indices, return_inverse=True)
        narrow = csr_matrix((found.data, places, found.indptr), shape=(found.shape[0], len(buckets)))
        likely = 1 / (1 + np.exp(-(narrow @ self.letters[buckets].astype(np.float32) + self.letter_bias)))
        return likely / likely.sum(axis=1, keepdims=True)

    def arrays(self, prefix: str) -> dict[str, Array]:
        return {f"{prefix}{field.name}": getattr(self, field.name) for field in fields(self)}


def from_arrays(arrays: Any, prefix: str) -> TwoViews:
    """The model that `arrays` gave under this prefix."""
    return TwoViews(**{field.name: arrays[f"{prefix}{field.name}"] for field in fields(TwoViews)})


def fit(rows: Array, counts: csr_matrix, labels: Array, *, share: float, balanced: bool = True,
        importance: Array | None = None) -> TwoViews:  # fmt: skip
    """Learn from one vector a text: (N, 384), N rows of counted letters and N labels; `importance` is (N,).

    With `balanced`, a class of few texts counts as much as one of many.
    """
    weight = "balanced" if balanced else None
    rare = rarity(counts)
    # All sentence vectors point roughly the same way. Without what they share the solver finds the same weights in a
    # third of the rounds; what is taken away goes into the bias, which is not regularised.
    middle = rows.mean(axis=0)
    meant = LogisticRegression(class_weight=weight, max_iter=ROUNDS)
    spelt = SGDClassifier(loss="log_loss", alpha=1e-5, class_weight=weight, max_iter=12, n_jobs=-1, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the rounds are enough
        meant.fit((rows - middle).astype(np.float32) * np.float32(SCALE), labels, importance)
        spelt.fit(weighed(counts, rare), labels, sample_weight=importance)
    both = len(meant.classes_) == 2  # scikit-learn then keeps one column only
    weights = columns(meant.coef_, both) * SCALE
    return TwoViews(
        classes=meant.classes_,
        weights=weights.astype(np.float32),
        bias=(columns(meant.intercept_[:, None], both)[0] - middle @ weights).astype(np.float32),
        letters=columns(spelt.coef_, both).astype(np.float16),
        letter_bias=columns(spelt.intercept_[:, None], both)[0].astype(np.float32),
        rare=rare,
        share=np.array(share, np.float32),
        sharpness=np.array(1, np.float32),
    )


def columns(learnt: Array, both: bool) -> Array:
    """(K, n) as (n, K); of two classes the first is the other one's opposite."""
    return np.concatenate([-learnt, learnt]).T if both else learnt.T


def calibrated(model: TwoViews, rows: Array, counts: csr_matrix, labels: Array) -> TwoViews:
    """The model with the sharpness under which these texts, which it has not seen, surprise it least."""
    scores = model.scores(rows, counts)
    right = model.classes == labels[:, None]

    def surprise(factor: float) -> float:
        return float(-np.log((softmax(scores * factor) * right).sum(1) + 1e-9).sum())

    factor = minimize_scalar(surprise, bounds=(0.3, 8), method="bounded").x
    return replace(model, sharpness=np.array(factor, np.float32))


def kept_back(labels: Array) -> tuple[Array, Array]:
    """Places to learn from and places to check on; all to learn from when a class has too few."""
    everything = np.arange(len(labels))
    if min(np.unique(labels, return_counts=True)[1]) < FEWEST:
        return everything, everything[:0]
    learn, check = train_test_split(everything, test_size=KEPT_BACK, stratify=labels, random_state=0)
    return learn, check


def softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
