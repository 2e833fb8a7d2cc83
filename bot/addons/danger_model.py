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
SHARE_OF_LETTERS = 0.6
OF_DANGER = 3.0  # importance of messages written for this …
OF_NO_DANGER = 6.0  # … of those that only sound like danger, which are fewer and harder …
OF_TOPICS = 0.3  # … and of sentences written for topics, which are many and seldom near
SOUNDS_DANGEROUS = 0.5  # from here on a topic's sentence is no example of "no danger" …
OFTEN_DANGEROUS = 0.12  # … and where a topic's sentences come here on average, none of them is
FALSE_ALARMS = 0.05  # share of the messages that only sound like danger that may cost a question
LOWEST, HIGHEST = 0.2, 0.5  # bounds of the threshold, whatever the messages kept back say


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


def fit_danger(
    rows: Array, counts: csr_matrix, signals: list[str], leaves: list[str], written_for_it: list[bool]
) -> DangerModel:
    """Learn from one vector a text: (N, 384), N rows of counted letters, their signals (NONE for no danger), their
    leaves, and whether each was written to teach danger or its absence."""
    labels, own = np.array(signals), np.array(written_for_it)
    harmless = labels == NONE
    importance = np.select([own & harmless, own, harmless], [OF_NO_DANGER, OF_DANGER, OF_TOPICS], 1.0)
    learn, check = kept_back(labels)
    first = learn_from(rows, counts, labels, np.where(own, OF_DANGER, 1.0), learn)
    of_topics = harmless & ~own
    doubtful = of_topics & sounds_dangerous(danger_of(first, rows, counts), np.array(leaves), of_topics)
    clear = np.flatnonzero(~doubtful)
    set_on = learn_from(rows, counts, labels, importance, np.intersect1d(learn, clear))
    false_alarms = danger_of(set_on, rows[check], counts[check])[(harmless & own)[check]]
    threshold = np.quantile(false_alarms, 1 - FALSE_ALARMS) if len(false_alarms) else LOWEST
    views = learn_from(rows, counts, labels, importance, clear)
    return DangerModel(views, np.array(np.clip(threshold, LOWEST, HIGHEST), np.float32))


def sounds_dangerous(danger: Array, leaves: Array, of_topics: Array) -> Array:
    """(N,) which texts are no good examples of "no danger": they, or most of their leaf, sound like danger."""
    often = [
        leaf for leaf in np.unique(leaves[of_topics]) if danger[of_topics & (leaves == leaf)].mean() > OFTEN_DANGEROUS
    ]
    return (danger >= SOUNDS_DANGEROUS) | np.isin(leaves, often)


def danger_of(views: TwoViews, rows: Array, counts: csr_matrix) -> Array:
    """(N,) how likely each text tells of any danger."""
    found = views.probabilities(rows, counts)
    return 1 - found[:, list(views.classes).index(NONE)]


def learn_from(rows: Array, counts: csr_matrix, labels: Array, importance: Array, places: Array) -> TwoViews:
    return fit(
        rows[places],
        counts[places],
        labels[places],
        share=SHARE_OF_LETTERS,
        balanced=False,
        importance=importance[places],
    )
