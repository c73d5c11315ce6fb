"""Who stands before and after a word of blame: its subject, its objects, its speaker."""

from __future__ import annotations

from eventdb.coder import words
from eventdb.coder.parties import Party, principal
from eventdb.coder.scan import ARTICLES, AUXILIARIES, MODALS, PREPOSITIONS, PRONOUNS, Scan, governed
from eventdb.coder.speech import Speech

_BEFORE_PREDICATE = AUXILIARIES | MODALS | words.entries("blame", "before a predicate")
_OPPOSED = words.entries("blame", "opposed")
_NEGATIVE = words.entries("grammar", "negative")
_OFFICES = words.entries("parties", "offices")
_BEFORE_VERB = words.entries("blame", "before the verb")
_GOVERNING = PREPOSITIONS - words.entries("roles", "before a subject")
_SAYING = frozenset(form for kind in ("say", "believe") for form in words.verbs("speech", kind))
_NOT_IN_PHRASE = (
    AUXILIARIES
    | MODALS
    | PRONOUNS
    | _SAYING
    | {
        "and",
        "or",
        "but",
        "while",
        "when",
        "as",
        "whether",
        "if",
    }
)
_CONJUNCTIONS = frozenset({"since", "after", "before", "until", "than", "like"})
_ENDS_SUBJECT = frozenset({";", ":", "—", '"'})
_APPOSITION = 7  # tokens from a name to the noun that describes it
_FAR = 20  # tokens between a subject and its verb
_ENDS_SPEAKER = words.entries("blame", "ends a speaker") | {".", ";", ":", '"', "—"}


def negated(lows: list[str], k: int, reach: int = 4) -> bool:
    return any(low in _NEGATIVE or low.endswith("n't") for low in lows[max(0, k - reach) : k])


def nearest(speeches: list[Speech], k: int) -> Speech | None:
    """The speech whose verb is nearest."""
    return min(speeches, key=lambda s: abs(s.k - k)) if speeches else None


def subject(scan: Scan, parties: list[Party], k: int) -> Party | None:
    """The subject of what stands at token k: nobody inside a phrase, a relative clause or an apposition."""
    lows = scan.sentence.lows
    j = k
    while j > 0 and (lows[j - 1] in _BEFORE_PREDICATE or lows[j - 1].endswith("ly")):
        j -= 1
    if j > 0 and lows[j - 1] in ("and", "but"):  # "X condemned the strikes and denied …": the subject of the first verb
        clause = next((n + 1 for n in range(j - 2, -1, -1) if lows[n] in (";", ":", '"', "—")), 0)
        opening = [p for p in parties if clause <= p.i < j and not p.crowd and not governed(lows, p.i)]
        if opening and opening[0].i - clause <= 4 and lows[opening[0].j : opening[0].j + 1] != ["'s"]:
            return opening[0]
        j = clause + 1
    apposed = next((p for p in parties if p.j == j - 1 and lows[p.j] == "," and "," in lows[p.i : p.j]), None)
    if apposed is not None:
        return apposed  # "a militant group, X, claimed"
    described = any(n.j == j and n.kind == "group" for n in scan.nouns)
    named = next((p for p in parties if lows[p.j : p.j + 1] == [","] and 0 < j - p.j <= _APPOSITION), None)
    if described and named is not None and not {"and", "or", "but", ","} & set(lows[named.j + 1 : j]):
        return named  # "depots of X, the militia believed to be responsible"
    if j > 0 and lows[j - 1] == ",":  # ", which Iran backs, was": back over what the commas set apart
        j = next((n for n in range(j - 2, max(-1, j - 22), -1) if lows[n] == ","), j - 1)
    start = max((n + 1 for n in range(j) if lows[n] in _ENDS_SUBJECT), default=0)
    before = [
        p
        for p in parties
        if start <= p.i and p.j <= j and j - p.j <= _FAR and not p.crowd and lows[p.j : p.j + 1] != ["'s"]
        if not hangs(scan, p, opens=p.j == j) or _has_spokesman(lows, p.i)
    ]
    return before[-1] if before else None


def hangs(scan: Scan, party: Party, opens: bool = False) -> bool:
    """Whether a party stands inside a phrase: "based in northern Nigeria", "ties to Kashmir's most feared rebels".

    `opens`: its verb follows at once, so that after "since" and the like it opens a clause.
    """
    lows = scan.sentence.lows
    others = {n for name in scan.names for n in range(name.i, name.j) if lows[name.j : name.j + 1] != ["'s"]}
    others |= {n for act in scan.acts for n in range(act.i, act.j)}
    others |= scan.dated()
    for n in range(party.i - 1, max(-1, party.i - 7), -1):
        if opens and lows[n] in _CONJUNCTIONS:
            return False
        if lows[n] in _GOVERNING or (n == party.i - 1 and lows[n] == "and"):
            return True
        if n in others or lows[n] in _NOT_IN_PHRASE or not (lows[n][0].isalpha() or lows[n] == "'s"):
            return False
    return False


def ourselves(lows: list[str], speeches: list[Speech], k: int) -> Party | None:
    """ "We carried it out," a commander said: whom the speaker of "we" before token k speaks for, or None."""
    if not {"we", "our"} & set(lows[max(0, k - 4) : k]):
        return None
    told = nearest([s for s in speeches if s.party is not None and s.kind == "say"], k)
    return principal(told.party) if told is not None and told.party is not None else None


def joined(parties: list[Party], lows: list[str], last: Party) -> list[Party]:
    """Those joined to a subject before it: "both A and B"."""
    return [
        p
        for p in parties
        if p.j < last.i and last.i - p.j <= 2 and "and" in lows[p.j : last.i] and not governed(lows, p.i)
    ]


def all_after(parties: list[Party], lows: list[str], k: int, reach: int = 5) -> list[Party]:
    """The party after token k, and those joined to it by "and"."""
    first = next((p for p in parties if k <= p.i <= k + reach), None)
    if first is None or _OPPOSED & set(lows[k : first.i]):  # "blamed the enemies of the state"
        return []
    found = [first]
    for party in parties:
        if party.i > found[-1].j and party.i - found[-1].j <= 3 and "and" in lows[found[-1].j : party.i]:
            found.append(party)
    return found


def who_before(scan: Scan, k: int) -> tuple[int, int]:
    """The noun phrase that ends at token k, for a speaker: "US, Saudi Arabia and European nations"."""
    lows = scan.sentence.lows
    j = k
    while j > 0 and lows[j - 1] in _BEFORE_VERB:
        j -= 1
    i = j
    while i > 0 and j - i < 9 and lows[i - 1] not in _ENDS_SPEAKER:
        if lows[i - 1] == "," and (lows[i] == "and" or "and" not in lows[i:j]):
            break
        i -= 1
    while i < j and (lows[i] in ARTICLES or lows[i] in ("and", ",")):
        i += 1
    return i, j


def _has_spokesman(lows: list[str], i: int) -> bool:
    """ "A spokesman for the group": who speaks for the party that begins at token i is its voice."""
    while i > 0 and lows[i - 1] in ARTICLES:
        i -= 1
    return i > 1 and lows[i - 1] in ("of", "for") and lows[i - 2] in _OFFICES
