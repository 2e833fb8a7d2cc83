"""Free text to comparable words: one spelling for everything people write in a hurry, on any keyboard.

The result is for matching only and is never shown. "Hjääälp!!" and "hjalp" become the same word, so do
"يَضْرِبُني" and "يضربني". Doubled letters become single ones, because people leave them out as often as they
stretch them ("hotar", "hottar", "hoootar"). Spoken and shortened forms ("mej", "ikväll", "don´t", "هلق")
become the written ones. Phrases go through the same mill.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_APOSTROPHES: Final = dict.fromkeys(map(ord, "'’‘‛ʼʻʹ′`´＇"), "")
"""Taken away before anything else: the compatibility form of ´ would split the word in two."""

_WITHOUT_MEANING: Final = frozenset({"Mn", "Me", "Cf"})
"""Accents, Arabic vowels, zero-width characters and direction marks: no word here differs by them alone."""

_LATIN: Final = {"ı": "i", "ø": "o", "đ": "d", "ł": "l", "æ": "a", "œ": "o"}

# Letters that one keyboard, one dialect or one hurried hand writes for another.
_ARABIC: Final = {
    "ى": "ي", "ی": "ي", "ې": "ي", "ێ": "ي",
    "ة": "ه", "ە": "ه", "ھ": "ه", "ہ": "ه",
    "ک": "ك", "گ": "ك", "چ": "ج", "پ": "ب", "ڤ": "ف", "ژ": "ز",
    "ۆ": "و", "ۇ": "و", "ۈ": "و", "ڵ": "ل", "ڕ": "ر",
    "ظ": "ض", "ذ": "د", "ث": "ت",
    "ء": "", "ـ": "",
}  # fmt: skip

_DIGITS: Final = {digit: str(i % 10) for i, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}

_ONE_SPELLING: Final = _APOSTROPHES | str.maketrans(_LATIN | _ARABIC | _DIGITS)

# Spoken and shortened forms, so that a phrase need only be written in one way.
_SPOKEN: Final = {
    "mej": "mig", "dej": "dig", "sej": "sig", "dom": "de", "dem": "de", "nån": "någon",
    "ngn": "någon", "ngt": "något", "int": "inte", "ja": "jag", "jg": "jag", "e": "är", "skall": "ska",
    "idag": "i dag", "ikväll": "i kväll", "inatt": "i natt", "igår": "i går", "imorgon": "i morgon",
    "imorron": "i morgon", "imorrn": "i morgon",
    "im": "i am", "ive": "i have", "hes": "he is", "shes": "she is", "theyre": "they are",
    "youre": "you are", "theres": "there is", "someones": "someone is", "dont": "do not",
    "doesnt": "does not", "didnt": "did not", "cant": "can not", "cannot": "can not", "wont": "will not",
    "isnt": "is not", "arent": "are not", "wasnt": "was not", "havent": "have not", "hasnt": "has not",
    "wouldnt": "would not", "couldnt": "could not", "wanna": "want to", "gonna": "going to",
    "u": "you", "ur": "your", "mom": "mum", "mommy": "mum", "mummy": "mum", "daddy": "dad",
    "stepmom": "stepmum", "neighbor": "neighbour", "neighbors": "neighbours",
    "هلق": "الآن", "هلأ": "الآن", "هسه": "الآن", "هسا": "الآن", "هسع": "الآن", "الحين": "الآن",
    "دلوقتي": "الآن", "مش": "مو", "موش": "مو",
}  # fmt: skip

_ARABIC_OBJECT_ENDING: Final = re.compile("اً|ًا")
_REPEATED_LETTER: Final = re.compile(r"([^\W\d_])\1+")
_WORD: Final = re.compile(r"[^\W_]+")


def _split(text: str) -> list[str]:
    # The first removal keeps ´ from becoming a space; casefolding can bring new marks, hence two rounds.
    text = _ARABIC_OBJECT_ENDING.sub("", text.translate(_APOSTROPHES))
    folded = unicodedata.normalize("NFKD", text).casefold()
    folded = unicodedata.normalize("NFKD", folded)
    if not folded.isascii():
        folded = "".join(c for c in folded if c.isascii() or unicodedata.category(c) not in _WITHOUT_MEANING)
    return _WORD.findall(_REPEATED_LETTER.sub(r"\1", folded.translate(_ONE_SPELLING)))


_WRITTEN_OUT: Final = {_split(spoken)[0]: _split(written) for spoken, written in _SPOKEN.items()}


def normalise(text: str) -> list[str]:
    """The words of a text in the order written, each in its one spelling; digits stay digits.

    Normalising the joined result again changes nothing. Any text is accepted; one without letters and
    digits gives no words.
    """
    words: list[str] = []
    for word in _split(text):
        words.extend(_WRITTEN_OUT.get(word) or (word,))
    return words
