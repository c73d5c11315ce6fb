"""A sentence read for what its words are: names, times, numbers, weapons, people, attacks and verbs.

No parser: the classes come from the word lists, and what a word is where it may be two ("strikes") from its neighbours.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from eventdb.coder import dates, names, numbers, unknowns, words
from eventdb.coder.names import Name
from eventdb.coder.numbers import Quantity
from eventdb.coder.text import Sentence
from eventdb.coder.when import When

DETERMINERS = words.entries("grammar", "determiners")
PREPOSITIONS = words.entries("grammar", "prepositions")
PRONOUNS = words.entries("grammar", "pronouns")
MODALS = words.entries("grammar", "modals")
AUXILIARIES = words.entries("grammar", "auxiliaries")
ARTICLES = words.entries("grammar", "articles")
BE = words.entries("grammar", "be")
_BEFORE_NOUN = DETERMINERS | PREPOSITIONS
_NO_OBJECT = PREPOSITIONS | {",", ".", ""}
_PASSIVE = words.entries("grammar", "passive")
_IN_VERB_GROUP = MODALS | AUXILIARIES | words.entries("scan", "in a verb group")
_GOVERNING = PREPOSITIONS - words.entries("roles", "before a subject")
_PERFECT = (["have"], ["has"], ["had"], ["having"])
_NO_ADVERBS = words.entries("scan", "no adverbs")
HELD = words.entries("scan", "held to be")
_OBJECT_FIRST = words.entries("scan", "object before particle")
_SUFFERING = words.entries("scan", "suffering")
_ONE_FORM = words.entries("scan", "one form")
_NO_ADJECTIVES = words.entries("scan", "no adjectives")
_ALSO_NOUNS = words.entries("scan", "also nouns")
_HARMING = words.entries("scan", "harming")
_PLURAL_SUBJECTS = words.entries("scan", "plural subjects")
_AFTER_PLURAL = PREPOSITIONS | words.entries("scan", "after a plural noun") | {",", ".", "", ")", '"'}
_REDUCED_BEFORE = frozenset({"after", "in", "on", "at", "during", "near", "when"})
_TOWARDS = frozenset({"toward", "towards", "from", "at", "into", "over"})
_COUNTS = words.entries("scan", "counts")
_AFTER_ING_NOUN = words.entries("scan", "after an -ing noun") | {"", "."}
_ALWAYS_ING_NOUN = words.entries("scan", "always after an -ing noun") | {"", "."}
_AFTER_ING_VERB = words.entries("scan", "after an -ing verb")
_SHORT_TAIL = 5  # letters: a shorter last part of a hyphenated word tells nothing of the whole
_THE_MONTH = "month of may"  # which is no helping verb
_REACH = 8  # tokens that a verb group may be long
_end = attrgetter("end")
_LISTS = (("events", "event"), ("weapons", "weapon"), ("people", "people"), ("groups", "group"))  # file → kind of noun


def governed(lows: list[str], i: int) -> bool:
    """Whether the noun phrase that begins at token i hangs on a preposition or an "and" ("with Iran", "and Syria")."""
    while i > 0 and (lows[i - 1] in DETERMINERS or lows[i - 1].isdigit()):
        i -= 1
    return i > 0 and (lows[i - 1] in _GOVERNING or lows[i - 1] == "and")


class Noun(NamedTuple):
    """Tokens i to j are a listed noun: `kind` is the list ("event", "weapon", "people", "group"), `section` a class."""

    i: int
    j: int
    kind: str
    section: str
    value: str
    plural: bool


class Act(NamedTuple):
    """Tokens i to j are a listed verb of a class ("attack", "kill", …)."""

    i: int
    j: int
    section: str
    base: str
    form: str
    passive: bool
    modal: str | None  # the word that makes it unreal or negative, where one does
    group_start: int
    particle: str = ""


@dataclass(slots=True)
class Scan:
    """One sentence and all that was found in it."""

    sentence: Sentence
    names: list[Name]
    whens: list[When]
    quantities: list[Quantity]
    nouns: list[Noun]
    acts: list[Act]
    at: dict[int, Noun] = field(default_factory=dict)
    listed: bool = False  # whether it stands in an entry of a timeline or list (entries.py)

    def token_at(self, offset: int) -> int:
        """The first token that ends behind an offset of the article."""
        return bisect_right(self.sentence.tokens, offset, key=_end)

    def dated(self) -> set[int]:
        """The tokens of its expressions of time."""
        return {k for when in self.whens for k in range(self.token_at(when.start), self.token_at(when.end))}

    def name_at(self, k: int) -> Name | None:
        """The name that token k is part of."""
        for name in self.names:
            if name.i <= k < name.j:
                return name
        return None


def _spell(phrase: str) -> list[tuple[str, ...]]:
    """How a listed phrase may be cut into tokens: "air strike", "air-strike"."""
    parts = phrase.split()
    forms = [tuple(parts)]
    if len(parts) == 2:
        forms.append(("-".join(parts),))
    if len(parts) == 3:
        forms += [(f"{parts[0]}-{parts[1]}", parts[2])]
    return forms


@cache
def _lexical() -> dict[tuple[str, ...], list[tuple[str, str, str, bool]]]:
    """Every form of every listed noun → (list, section, value, plural)."""
    found: dict[tuple[str, ...], list[tuple[str, str, str, bool]]] = {}
    for file, kind in _LISTS:
        for section, listed in words.sections(file).items():
            for phrase, value in listed.items():
                many = words.plural(phrase)
                invariable = many == phrase
                for text, is_plural in {phrase: invariable, many: True}.items():
                    for form in _spell(text):
                        found.setdefault(form, []).append((kind, section, value or phrase, is_plural))
    return found


@cache
def _lengths() -> dict[str, dict[str, tuple[int, ...]]]:
    """Kind of noun → first word → how many tokens the forms have that begin so, the longest first."""
    found: dict[str, dict[str, set[int]]] = {kind: {} for _, kind in _LISTS}
    for form, entries in _lexical().items():
        for kind, *_ in entries:
            found[kind].setdefault(form[0], set()).add(len(form))
    return {
        kind: {first: tuple(sorted(lengths, reverse=True)) for first, lengths in by_first.items()}
        for kind, by_first in found.items()
    }


@cache
def _verb_forms() -> dict[str, list[tuple[str, words.Verb]]]:
    found: dict[str, list[tuple[str, words.Verb]]] = {}
    for section in words.sections("verbs"):
        for text, forms in words.verbs("verbs", section).items():
            found.setdefault(text, []).extend((section, verb) for verb in forms)
    return found


def scan(sentence: Sentence, plain: str, published: date | None, people: dict[str, names.Who]) -> Scan:
    """Reads one sentence. `people` are the last names that stand for a person in this article."""
    whens = dates.find(plain, sentence.start, sentence.end, published)
    for k, token in enumerate(sentence.tokens if whens else ()):
        if token.low == "may" and any(w.start <= token.start < w.end for w in whens):
            sentence.lows[k] = _THE_MONTH
    found_names = unknowns.add(sentence.tokens, names.find(sentence.tokens, people))
    result = Scan(sentence, found_names, whens, numbers.find(sentence, whens), [], [])
    result.nouns = _nouns(result)
    for noun in result.nouns:
        for k in range(noun.i, noun.j):
            result.at.setdefault(k, noun)
    result.acts = _acts(result)
    verbal = {k for act in result.acts for k in range(act.i, act.j)}
    result.nouns = [noun for noun in result.nouns if noun.j - 1 not in verbal or noun.kind not in ("event", "weapon")]
    return result


def _nouns(result: Scan) -> list[Noun]:
    lows, lexical = result.sentence.lows, _lexical()
    found: list[Noun] = []
    for _, kind in _LISTS:
        free, lengths = 0, _lengths()[kind]
        for i, low in enumerate(lows):
            if low not in lengths and "-" not in low:
                continue
            fitting = lengths.get(low, ())
            if kind == "event" and "-" in low and 1 not in fitting:
                fitting = (*fitting, 1)
            if i < free:
                continue  # part of the noun before
            for j in (i + length for length in fitting if i + length <= len(lows)):
                entries = [e for e in lexical.get(tuple(lows[i:j]), ()) if e[0] == kind]
                if not entries and kind == "event" and j == i + 1 and "-" in low:
                    last = low.rsplit("-", 1)[1]  # "car-bombing"
                    entries = [e for e in lexical.get((last,), ()) if e[0] == kind and len(last) > _SHORT_TAIL]
                if entries and kind in ("people", "group") and _in_longer(found, i, j):
                    entries = []  # the fighter of "fighter jet"
                if entries:
                    _, section, value, is_plural = entries[0]
                    if not (kind in ("people", "group") and (name := result.name_at(i)) is not None and name.j > j):
                        found.append(Noun(i, j, kind, section, value, is_plural))
                    free = j
                    break
    return found


def _in_longer(found: list[Noun], i: int, j: int) -> bool:
    return any(n.i <= i and j <= n.j and n.j - n.i > j - i for n in found)


def _acts(result: Scan) -> list[Act]:
    lows, forms, found = result.sentence.lows, _verb_forms(), []
    for i, low in enumerate(lows):
        if low not in forms:
            continue  # most words: no loop is begun for them
        for section, verb in forms[low]:
            j = i + 1
            if verb.particle:
                particle = verb.particle.split()
                # the particle may stand after a short object ("took a family hostage", "shot it down")
                # and never one that is a preposition: "shot a man who fired at them"
                parted = verb.base in _OBJECT_FIRST and verb.particle not in PREPOSITIONS
                for reach in range(6 if parted else 1):
                    if lows[i + 1 + reach : i + 1 + reach + len(particle)] == particle:
                        j = i + 1 + (reach + len(particle) if not reach else 0)
                        break
                else:
                    continue
            act = _as_verb(result, i, j, section, verb)
            if act is not None:
                found.append(act)
    # a verb with its particle is that verb, not the bare one as well
    with_particle = {act.i for act in found if act.particle}
    return [act for act in found if act.particle or act.i not in with_particle]


def _as_verb(result: Scan, i: int, j: int, section: str, verb: words.Verb) -> Act | None:
    lows = result.sentence.lows
    if verb.form == "part" and any(v.form == "past" and v.base == verb.base for _, v in _verb_forms().get(lows[i], ())):
        return None  # a form that serves for both is listed once, as the past
    start, passive, modal = _group(result, i)
    if lows[i] == verb.base and verb.base in _ONE_FORM:  # one form for the present and the past
        before = lows[i - 1] if i else ""
        if (verb.form == "base") != (modal is not None or before == "to"):
            return None
        if verb.form == "past" and (before in DETERMINERS or before in PREPOSITIONS or before == "'s"):
            return None
    if verb.form in ("base", "s") and not _is_finite_verb(result, i, j, verb, modal):
        return None
    if verb.form == "ing" and not _is_participle(result, i, j):
        return None
    if verb.form in ("past", "part"):
        after = lows[i + 1] if i + 1 < len(lows) else ""
        if not passive and start == i and after == "by":
            passive = True  # "rockets fired by", "an attack claimed by"
        passive = passive or verb.base in _SUFFERING
        weapon = result.at.get(i - 1)
        if section in ("kill", "wound") and start == i and not passive and _ends_reduced(lows[i + 1 : i + 3]):
            subject = result.at.get(i - 1)
            passive = subject is not None and subject.kind in ("people", "group")  # "rebels killed on Monday were"
        if section == "fire" and start == i and after in _TOWARDS and weapon is not None and weapon.kind == "weapon":
            passive = True  # "a missile fired toward the coast"
        if (
            section == "plant"
            and start == i
            and verb.base != "leave"
            and weapon is not None
            and weapon.kind == "weapon"
        ):
            passive = True  # "a bomb placed under his car"
        if not passive and start == i and verb.base not in _NO_ADJECTIVES and i and _attributive(result, i):
            return None
    return Act(i, j, section, verb.base, verb.form, passive, modal, start, verb.particle)


def _ends_reduced(after: list[str]) -> bool:
    """Whether no object follows: "killed on Monday", but "killed at least nine", "killed in all 40 people"."""
    return (
        after[:1] != [] and after[0] in _REDUCED_BEFORE and after[1:] not in (["least"], ["most"], ["all"], ["total"])
    )


def _attributive(result: Scan, i: int) -> bool:
    """ "the wounded soldier", "two kidnapped women": a participle used as an adjective."""
    lows = result.sentence.lows
    after = result.at.get(i + 1)
    before = lows[i - 1]
    return before in DETERMINERS and (after is not None or before in ARTICLES)


def _group(result: Scan, i: int) -> tuple[int, bool, str | None]:
    """Where the verb group that ends at token i begins, whether it is passive, and the word that makes it unreal."""
    lows = result.sentence.lows
    start, passive, modal = i, False, None
    k = i - 1
    joined = False
    perfect = lows[max(0, i - 1) : i] in _PERFECT  # "is said to have killed" is active
    while k >= 0 and i - k <= _REACH:
        low = lows[k]
        if low in MODALS or low in ("not", "n't", "never") or low.endswith("n't"):
            modal = modal or low
        elif low == "to" and lows[k + 1] == "have" and k and lows[k - 1] in HELD:
            if _is_held(lows, k - 1):  # "X is believed to have carried it out": X is the subject of it all
                start = k - 1
                k -= 2
                continue
        elif low == "to":
            modal = modal or "to"
        if low in _PASSIVE and not perfect:
            passive = passive or joined or all(w in _IN_VERB_GROUP or w.endswith("ly") for w in lows[k + 1 : i])
        if low in _IN_VERB_GROUP or (low.endswith("ly") and low not in _NO_ADVERBS):
            start = k
        elif low in ("and", "or") and k >= 1 and _is_past(lows[k - 1]) and not joined:
            joined = True  # "were captured and gunned down"
            start = k - 1
            k -= 1
        else:
            break
        k -= 1
    return start, passive, modal


def _is_held(lows: list[str], k: int) -> bool:
    """Whether "believed" or the like at token k is passive: "is", "was widely", "are still"."""
    return any(
        lows[n] in BE and all(low.endswith("ly") or low == "still" for low in lows[n + 1 : k]) for n in (k - 1, k - 2)
    )


def _is_past(low: str) -> bool:
    return any(verb.form in ("past", "part") for _, verb in _verb_forms().get(low, ()))


def _is_finite_verb(result: Scan, i: int, j: int, verb: words.Verb, modal: str | None) -> bool:
    """Whether a base or -s form is a verb here, not a noun ("strikes", "attack")."""
    lows, tokens = result.sentence.lows, result.sentence.tokens
    before = lows[i - 1] if i else ""
    after = lows[j] if j < len(lows) else ""
    noun = result.at.get(i)
    may_be_noun = (noun is not None and noun.kind in ("event", "weapon")) or verb.base in _ALSO_NOUNS
    if verb.form == "base":
        counted = any(q.i == j for q in result.quantities)
        if verb.base in _HARMING and counted and not modal and before not in _BEFORE_NOUN:
            return True  # "attacks on Gao and Timbuktu kill 20"
        if before == "to" or before in MODALS or (modal and lows[i - 1] in _IN_VERB_GROUP):
            return not (
                before == "to"
                and after in ("by", "on", "and", ",", ".")
                and verb.base in ("attack", "strike")
                and i >= 2
                and lows[i - 2] == "response"
            )
        if noun is not None and noun.kind in ("event", "weapon") and noun.i < i:
            return False  # "under rocket fire"
        if not may_be_noun and verb.base not in ("kill", "attack"):
            return before in _PLURAL_SUBJECTS or (i > 0 and before not in _BEFORE_NOUN)
        if before in ("they", "we", "who"):
            return True
        if before == "and" and "to" in lows[max(0, i - 10) : i - 1] and (after in DETERMINERS or after in _COUNTS):
            return True  # "to promise revenge and strike several bases"
        if verb.base in ("hit", "fire") and before not in _BEFORE_NOUN and before != "'s":
            return after not in ("", ".", ",") or verb.base == "hit"
        # headline or plain present: "rebels attack villages"; "strike" after a plural subject
        subject = result.at.get(i - 1)
        return (
            subject is not None
            and subject.plural
            and subject.kind in ("people", "group", "weapon", "event")
            and after not in _NO_OBJECT
        ) or (
            subject is not None
            and subject.plural
            and subject.kind in ("people", "group")
            and after in ("in", "at", "near")
        )
    if not may_be_noun:
        return before not in DETERMINERS and before not in PREPOSITIONS
    if before in ("and", ",") and (after.isdigit() or after in _COUNTS):
        return True  # "kills 12 and wounds 30"
    if before in _BEFORE_NOUN or before in ("'s", "and", ",", "") or before.isdigit():
        return False
    if after in _AFTER_PLURAL:
        return False
    following = result.name_at(j)
    if any(tokens[i].start <= w.start - 1 <= tokens[i].end for w in result.whens):
        return False
    return (
        after in DETERMINERS
        or following is not None
        or after.isdigit()
        or after in _COUNTS
        or tokens[j].capital
        or "-" in after
    )


def _is_participle(result: Scan, i: int, j: int) -> bool:
    """Whether an -ing form is a verb here, not a noun ("the killing of", "a bombing")."""
    lows = result.sentence.lows
    before = lows[i - 1] if i else ""
    after = lows[j] if j < len(lows) else ""
    noun = result.at.get(i)
    if noun is not None and noun.kind == "event":
        if before in DETERMINERS or before == "'s":
            return False
        if any(q.i == j for q in result.quantities):
            return True  # "and killing at least 20"
        if after in _AFTER_ING_NOUN:
            return before == "," and after not in _ALWAYS_ING_NOUN
        return (
            after in DETERMINERS
            or result.name_at(j) is not None
            or after in _COUNTS
            or after.isdigit()
            or after in _AFTER_ING_VERB
            or after in _lexical_first()
        )
    return before not in DETERMINERS or after in DETERMINERS


@cache
def _lexical_first() -> frozenset[str]:
    return frozenset(form[0] for form in _lexical())
