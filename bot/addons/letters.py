"""How a text is spelt: runs of two to five letters. Finds what sentence vectors are weak in: slang, rare languages."""

from __future__ import annotations

import zlib
from collections import Counter

import numpy as np
from scipy.sparse import csr_matrix

SHORTEST, LONGEST = 2, 5  # letters in a run, the space before and after a word counted
BUCKETS = 1 << 16  # runs that fall into one bucket are taken for the same
MOST_LETTERS = 2000  # of a text


def buckets_of(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Buckets of a text's runs of letters, and their weights (1 + log of how often): int32 (N,), float32 (N,).

    >>> len(buckets_of("ok")[0])  # " o", "ok", "k ", " ok", "ok ", " ok "
    6
    """
    counts: Counter[int] = Counter()
    for word in text[:MOST_LETTERS].casefold().split():
        padded = f" {word} "
        for length in range(SHORTEST, min(LONGEST, len(padded)) + 1):
            for start in range(len(padded) - length + 1):
                counts[zlib.crc32(padded[start : start + length].encode()) % BUCKETS] += 1
    buckets = np.fromiter(counts.keys(), np.int32, len(counts))
    return buckets, 1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))


def counted(texts: list[str]) -> csr_matrix:
    """One row a text, with the weights of its buckets: float32 (number of texts, BUCKETS)."""
    rows = [buckets_of(text) for text in texts]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    nothing = [(np.zeros(0, np.int32), np.zeros(0, np.float32))]
    values, places = (np.concatenate([row[side] for row in rows or nothing]) for side in (1, 0))
    return csr_matrix((values, places, ends), shape=(len(texts), BUCKETS))


def rarity(counts: csr_matrix) -> np.ndarray:
    """How much a bucket tells, float16 (BUCKETS,): the fewer of the texts it stands in, the more."""
    seen = np.bincount(counts.indices, minlength=BUCKETS)
    return (1 + np.log((1 + counts.shape[0]) / (1 + seen))).astype(np.float16)


def weighed(counts: csr_matrix, rare: np.ndarray) -> csr_matrix:
    """Rows of length 1, in which rare buckets weigh more."""
    rows = counts.copy()
    rows.data *= rare.astype(np.float32)[rows.indices]
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows.data /= np.repeat(np.where(lengths > 0, lengths, 1), np.diff(rows.indptr))
    return rows
