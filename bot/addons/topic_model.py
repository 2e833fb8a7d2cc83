"""What a message is about: probabilities of leaves (`home.violence`, `outside.parking`, `greet`) and so of topics.

The probability of a topic is the sum over its leaves, which finds topics better than learning the topics themselves: a
topic is many different things.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from bot.addons.two_views import Array, TwoViews, calibrated, fit, from_arrays, kept_back

SHARE_OF_LETTERS = 0.6


@dataclass(frozen=True)
class TopicModel:
    views: TwoViews
    intents: Array  # (K,) intent of each leaf

    @property
    def leaves(self) -> Array:
        return self.views.classes

    def probabilities(self, rows: Array, counts: csr_matrix) -> Array:
        """(texts, 384) and their counted letters → (texts, K)"""
        return self.views.probabilities(rows, counts)

    def arrays(self) -> dict[str, Array]:
        return {**self.views.arrays("topic_"), "topic_intents": self.intents}


def topic_model_from(arrays: Any) -> TopicModel:
    return TopicModel(from_arrays(arrays, "topic_"), arrays["topic_intents"])


def fit_topics(rows: Array, counts: csr_matrix, leaves: list[str], intents: list[str]) -> TopicModel:
    """Learn from one vector a text: (N, 384), N rows of counted letters, N leaves and intents."""
    names = np.array(leaves)
    views = fit(rows, counts, names, share=SHARE_OF_LETTERS)
    learn, check = kept_back(names)
    if len(check):
        part = fit(rows[learn], counts[learn], names[learn], share=SHARE_OF_LETTERS)
        part = calibrated(part, rows[check], counts[check], names[check])
        views = TwoViews(**{**vars(views), "sharpness": part.sharpness})
    first = [leaves.index(leaf) for leaf in views.classes]
    return TopicModel(views, np.array(intents)[first])
