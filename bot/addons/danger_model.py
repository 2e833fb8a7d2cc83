"""How likely a message tells of danger, and of which: a model of its own, beside the one for topics.

It learns from what people in danger write, against what sounds like danger and is none, and against everything else.
It can only raise the level, and never further than to a gentle question: see docs/understanding.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from bot.addons.two_views import Array, TwoViews, fit, from_arrays, kept_back

NONE = "none"
SHARE_OF_LETTERS = 0.4
IMPORTANCE = 3.0  # of messages written for this, beside sentences written for topics
SOUNDS_DANGEROUS = (
    0.5  # a topic's sentence from here on is about danger, whatever it was written for: it teaches nothing
)
FALSE_ALARMS = 0.02  # share of harmless texts that may cost a question
LOWEST, HIGHEST = 0.3, 0.9  # bounds of the threshold, whatever the texts kept back say


@dataclass(frozen=True)
class DangerModel:
    views: TwoViews
    threshold: Array  # () from here on it is worth a question

    def probabilities(self, rows: Array, counts: csr_matrix) -> dict[str, Array]:
        """Signal to (texts,) probabilities."""
        found = self.views.probabilities(rows, counts)
        return {str(name): found[:, place] for place, name in enumerate(self.views.classes) if name != NONE}

    def arrays(self) -> dict[str, Array]:
        return {**self.views.arrays("danger_"), "danger_threshold": self.threshold}


def danger_model_from(arrays: Any) -> DangerModel:
    return DangerModel(from_arrays(arrays, "danger_"), arrays["danger_threshold"])


def fit_danger(rows: Array, counts: csr_matrix, signals: list[str], written_for_it: list[bool]) -> DangerModel:
    """Learn from one vector a text: (N, 384), N rows of counted letters, their signals (NONE for no danger), and
    whether each was written to teach danger or its absence."""
    labels, importance = np.array(signals), np.where(written_for_it, IMPORTANCE, 1.0)
    learn, check = kept_back(labels)
    first = learn_from(rows, counts, labels, importance, learn)
    danger = 1 - first.probabilities(rows, counts)[:, list(first.classes).index(NONE)]
    harmless = (labels == NONE) & (np.array(written_for_it) | (danger < SOUNDS_DANGEROUS))
    everything = np.flatnonzero(harmless | (labels != NONE))
    false_alarms = danger[check][harmless[check]]
    threshold = np.quantile(false_alarms, 1 - FALSE_ALARMS) if len(false_alarms) else LOWEST
    views = learn_from(rows, counts, labels, importance, everything)
    return DangerModel(views, np.array(np.clip(threshold, LOWEST, HIGHEST), np.float32))


def learn_from(rows: Array, counts: csr_matrix, labels: Array, importance: Array, places: Array) -> TwoViews:
    return fit(
        rows[places],
        counts[places],
        labels[places],
        share=SHARE_OF_LETTERS,
        balanced=False,
        importance=importance[places],
    )
