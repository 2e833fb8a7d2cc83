"""The language of a message: offered to the person, never forced, so no answer is better than a wrong one.

The script comes first, then letters and words that only one language has, then the library py3langid. It is loaded
when it is first needed: 0.8 s and 120 MB, numpy included; after that a message of 200 characters takes 0.6 ms, and
the longest 4 ms. Measured in a fresh process as the time of the first answer, the growth of its resident memory
(`VmRSS`), and the mean of 2,000 answers, on two busy cores.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections import Counter
from functools import cache
from threading import Lock
from typing import Any, Final

from portal.understanding import common_words

READ_AT_MOST: Final = 2_000
"""Characters; more says nothing new about the language."""

SURE: Final = 0.6
"""Probability (the library's, normalised over our languages) with the share of common words added, from 0 to 2.

Measured on 7,654 training phrases of topics, most of one to six words. At 0.4, 0.5, 0.6 and 0.7 a wrong language for
0.7, 0.7, 0.4 and 0.3 in a hundred, and no answer for 1.6, 1.8, 2.5 and 3.3."""

SURE_OF_ONE_WORD: Final = 0.9
KNOWN_AMONG_ALL: Final = 0.05
"""The least probability among all languages of the library: below it the message is in one that is not ours."""

SURE_OF_ARABIC_OR_PERSIAN: Final = 0.6
CENTRAL_KURDISH_SHARE: Final = 0.05

_LATIN: Final = {"sv": "sv", "en": "en", "fi": "fi", "so": "so", "ku": "ku", "tr": "tr", "pl": "pl", "es": "es"} | {
    "hr": "bs",
    "sr": "bs",
    "bs": "bs",
}
"""The library's languages as ours: Bosnian, Croatian and Serbian are one answer."""

_ODD: Final = frozenset({"pcm", "zxx", "ltg", "crh", "ext", "guw"})
"""The library's languages that take much from ours and that hardly anybody here writes."""

_WORD: Final = re.compile(r"[^\W\d_](?:[^\W_]|[\u200c'’])*|[0-9](?=[^\W\d_])[^\W_]+")
_CHAT_ARABIC: Final = re.compile(r"(?:[a-z]*[2357896][a-z]+[a-z2357896]*|[a-z]+[2357896])$")
_SCRIPTS: Final = (
    ("ethiopic", re.compile("[\u1200-\u139f\u2d80-\u2ddf]")),
    ("arabic", re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")),
    ("cyrillic", re.compile("[\u0400-\u052f]")),
    ("latin", re.compile("[a-z\u00c0-\u024f]", re.IGNORECASE)),
)
_TIGRINYA: Final = re.compile("[ቐ-ቝኣኸ-ኽ]")
_CENTRAL_KURDISH: Final = re.compile(r"[ڕڵێۆەڤ]|ه\u200c(?!\w)")
_PASHTO_OR_URDU: Final = re.compile("[ښځڅږټډړڼېٹڈڑےںۍ]")
_ONE_ARABIC_SPELLING: Final = str.maketrans("یکگچپژى", "يككجبزي")
_PERSIAN_VERB: Final = re.compile("ن?مي\u200c?[اآ-ي]{2,}")
_PERSIAN_LETTERS: Final = str.maketrans("يك", "یک", "\u200c")

_COMMON: Final = {group: frozenset(words.split()) for group, words in common_words.LATIN.items()}
_loading: Final = Lock()


def recognise(text: str) -> str | None:
    """The tag of the language that most of `text` is written in, or None when that is not sure.

    One of sv, en, fi, ar, so, fa, fa-AF, uk, ti, ckb, ku, tr, pl, es, bs and ru. Arabic, Persian and Russian in Latin
    letters give None, as does any other language. Any text is accepted; safe to call from several threads.
    """
    by_script: dict[str, list[str]] = {}
    for word in _own_words(unicodedata.normalize("NFC", text[:READ_AT_MOST])):
        if script := _script(word):
            by_script.setdefault(script, []).append(word)
    if not by_script:
        return None
    script, words = max(by_script.items(), key=lambda found: len(found[1]))
    return _BY_SCRIPT[script](words)


def _own_words(text: str) -> list[str]:
    words: list[str] = _WORD.findall(text)
    own = [word for word in words if word.casefold() not in common_words.SWEDISH_OFFICES]
    return own or words


def _script(word: str) -> str | None:
    return next((name for name, letters in _SCRIPTS if letters.search(word)), None)


def _ethiopic(words: list[str]) -> str | None:
    if any(word in common_words.AMHARIC for word in words):
        return None
    return "ti" if len(words) > 1 or _TIGRINYA.search(words[0]) else None


def _arabic(words: list[str]) -> str | None:
    text = " ".join(words)
    if _PASHTO_OR_URDU.search(text):
        return None
    if len(_CENTRAL_KURDISH.findall(text)) >= CENTRAL_KURDISH_SHARE * len(text):
        return "ckb"
    probabilities = _probabilities(text, ("ar", "fa"))
    spelled = [word.translate(_ONE_ARABIC_SPELLING) for word in words]
    persian = sum(w in common_words.ARABIC_SCRIPT_PERSIAN or bool(_PERSIAN_VERB.fullmatch(w)) for w in spelled)
    if probabilities["fa"] + persian / len(words) >= SURE_OF_ARABIC_OR_PERSIAN:
        return _persian(words)
    return "ar" if probabilities["ar"] >= SURE_OF_ARABIC_OR_PERSIAN else None


def _persian(words: list[str]) -> str:
    return "fa-AF" if any(w.translate(_PERSIAN_LETTERS) in common_words.DARI for w in words) else "fa"


def _cyrillic(words: list[str]) -> str | None:
    text = " ".join(words).casefold()
    seen = Counter(text)
    serbian, ukrainian, russian = (sum(seen[c] for c in letters) for letters in ("јљњћђџ", "іїєґ", "ыэъё"))
    if serbian:
        return "bs"
    if seen["ў"]:
        return None
    if ukrainian != russian:
        return "uk" if ukrainian > russian else "ru"
    scores = _probabilities(text, ("uk", "ru"))
    for tag, common in common_words.CYRILLIC.items():
        scores[tag] += sum(word.casefold() in common for word in words) / len(words)
    likeliest = max(scores, key=lambda tag: scores[tag])
    return likeliest if scores[likeliest] >= SURE else None


def _latin(words: list[str]) -> str | None:
    text = " ".join(words)
    shares = _common_shares(words)
    ours = _as_ours(_probabilities(text, tuple(_LATIN)))
    scores = {group: ours.get(group, 0.0) + share for group, share in shares.items()}
    likeliest = max(scores, key=lambda group: scores[group])
    if likeliest not in ours or scores[likeliest] < (SURE if len(words) > 1 else SURE_OF_ONE_WORD):
        return None
    among_all = _as_ours(_probabilities(text, ()))
    return likeliest if among_all[likeliest] >= KNOWN_AMONG_ALL else None


def _as_ours(probabilities: dict[str, float]) -> dict[str, float]:
    ours = dict.fromkeys(_LATIN.values(), 0.0)
    for tag, probability in probabilities.items():
        if tag in _LATIN:
            ours[_LATIN[tag]] += probability
    return ours


def _common_shares(words: list[str]) -> dict[str, float]:
    """For each group of common words the share of `words` that is in it."""
    plain = [_without_accents(word) for word in words]
    shares = {group: sum(word in common for word in plain) / len(plain) for group, common in _COMMON.items()}
    shares["Arabic"] += sum(bool(_CHAT_ARABIC.match(word)) for word in plain) / len(plain)
    return shares


def _without_accents(word: str) -> str:
    folded = word.casefold().replace("ł", "l").replace("ı", "i").replace("đ", "dj")
    return "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))


def _probabilities(text: str, tags: tuple[str, ...]) -> dict[str, float]:
    """The library's probabilities of these languages, adding up to 1; of all languages for none named."""
    return dict(_identifier(tags).rank(text))


def _identifier(tags: tuple[str, ...]) -> Any:
    with _loading:
        return _restricted(tags)


@cache
def _restricted(tags: tuple[str, ...]) -> Any:
    """The library's identifier for some of its languages; the large tables are shared between them."""
    identifier = copy.copy(_whole())
    identifier.set_languages(tags or [tag for tag in identifier.labels if tag not in _ODD])
    return identifier


@cache
def _whole() -> Any:
    # Imported here: numpy and the model are not needed before somebody writes.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


_BY_SCRIPT: Final = {"ethiopic": _ethiopic, "arabic": _arabic, "cyrillic": _cyrillic, "latin": _latin}
