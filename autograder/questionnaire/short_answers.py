"""Short answers: an accepted form is right, a forbidden claim wrong, and doubt is for a person.

Doubt is a negation, a hedge, more words than were asked for, or several guesses.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from pathlib import Path

import yaml

from autograder.questionnaire.questions import Short
from autograder.questionnaire.reading import UnreadableAnswer, fold

MAX_MORE_WORDS = 4  # in an answer than in the longest accepted form; courtesies are not counted
MAX_OTHER_WORDS = 1  # beside the accepted forms, that neither the question nor a courtesy has
WORDS_FILE = Path(__file__).with_name("short_words.yml")
SEPARATORS = re.compile(r"[,;:/|\n\r+&•·、]|\.(?=\s)|(?:^|\s)[-–—*](?:\s|$)")
CONNECTORS, COURTESIES, HEDGES, NEGATIONS = "connectors", "courtesies", "hedges", "negations"
ACCEPTED = "\N{CHECK MARK}"  # stands for an accepted form; no folded text has it
MIN_STEM_CHARS = 5  # of two words that are forms of one


@functools.cache
def words_for(group: str) -> frozenset[str]:
    """Return a group of the words that short answers are read by."""
    groups = yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8"))
    return frozenset(groups[group].split())


def reads_as_right(text: str, key: Short, question: str) -> bool:
    """Return whether an answer is right (an accepted form) or wrong (a forbidden claim).

    UnreadableAnswer, for a person to decide, where it negates or hedges, is longer than was asked
    for, makes several guesses, or is neither accepted nor forbidden. `question` is what was asked.
    """
    words = f" {fold(text)} "
    is_forbidden = any(f" {form} " in words for form in key.forbid)
    rest = _marked(words, key)
    if set(rest.split()) & (words_for(NEGATIONS) | words_for(HEDGES)):
        raise UnreadableAnswer("hedged")
    is_accepted = ACCEPTED in rest
    if is_accepted and _is_longer_than_asked(words, key):
        raise UnreadableAnswer("wordy")
    if is_forbidden:
        return False
    if not is_accepted:
        raise UnreadableAnswer("unrecognised")
    if _makes_guesses(text, key, question) or _other_words(rest, question) > MAX_OTHER_WORDS:
        raise UnreadableAnswer("several")
    return True


def _marked(words: str, key: Short) -> str:
    """Return folded words with a mark for each accepted form, which may hold a `no` of its own."""
    for form in sorted(key.accept, key=len, reverse=True):
        words = words.replace(f" {form} ", f" {ACCEPTED} ")
    return words


def _is_longer_than_asked(words: str, key: Short) -> bool:
    counted = [word for word in words.split() if word not in words_for(COURTESIES)]
    longest = max(len(form.split()) for form in key.accept)
    return len(counted) > longest + MAX_MORE_WORDS


def _makes_guesses(text: str, key: Short, question: str) -> bool:
    """Return whether a part of a list is no accepted form, and more than words of the question."""
    for piece in SEPARATORS.split(unicodedata.normalize("NFKC", text)):
        part: list[str] = []
        for word in [*_marked(f" {fold(piece)} ", key).split(), "and"]:
            if word not in words_for(CONNECTORS):
                part.append(word)
                continue
            if ACCEPTED not in part and _other_words(" ".join(part), question):
                return True
            part = []
    return False


def _other_words(rest: str, question: str) -> int:
    """Return how many words are neither accepted, nor a courtesy, nor a form of one asked with."""
    ignored = words_for(COURTESIES) | words_for(CONNECTORS) | {ACCEPTED}
    asked = {word for word in fold(question).split() if word not in ignored and len(word) > 2}
    others = [word for word in rest.split() if word not in ignored]
    return sum(not any(_is_form_of(word, other) for other in asked) for word in others)


def _is_form_of(word: str, other: str) -> bool:
    return word.startswith(other) or (
        len(word) >= MIN_STEM_CHARS and word[:MIN_STEM_CHARS] == other[:MIN_STEM_CHARS]
    )
