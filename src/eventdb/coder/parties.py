"""Who stands where in a sentence: named actors, described ones ("Iran-backed militants"), and whose forces they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from eventdb import lexicon
from eventdb.coder import words
from eventdb.coder.names import Name, Who, fold
from eventdb.coder.scan import DETERMINERS, Noun, Scan

GROUPS = frozenset({"armed_group", "umbrella", "party", "state_force"})  # kinds of actor that have members
ARMED = frozenset({"armed_group", "umbrella", "party"})  # kinds of actor that fight for no state
OF_STATE = frozenset({"state", "state_force"})
MAY_ATTACK = GROUPS | OF_STATE
_ADJECTIVES = words.entries("parties", "adjectives")
FORCES = words.entries("parties", "forces of a state")
_MEMBERS = words.entries("parties", "people of a group")
_AFTER_PEOPLE = words.entries("figures", "after nationals") | words.entries("grammar", "prepositions") | {"and", "who"}
_BETWEEN_COUNT = words.entries("parties", "after a count")
_WHOLES = words.entries("story", "one group")
_PEACEFUL = words.entries("parties", "peaceful")
_OFFICES = words.entries("parties", "offices")
_MOUTHPIECES = words.sections("parties")["mouthpieces"]
_LOCATIVE = words.entries("parties", "before a town")
_COUNTS = words.entries("parties", "counts")
_BEFORE_ADJECTIVES = DETERMINERS | _COUNTS
_CALLED = frozenset(words.phrases("unknowns", "called"))
_TYING = frozenset(value for value in words.phrases("parties", "tied to").values() if value != "of") | {
    "wing",
    "leaning",
}
_ONLY_ATTACKED = words.entries("parties", "only attacked")
_ALONE = words.entries("parties", "alone")
_NO_IDENTITY = words.entries("parties", "no identity") | _COUNTS
_TIED = words.phrases("parties", "tied to")
_BRANCHES = words.entries("parties", "branches")
_APART = frozenset({"breakaway", "splinter", "rival", "offshoot", "dissident", "ex"})
_DOER_OF = 4  # tokens between nationals and what they do: "a Palestinian tried to stab"
_TRIES = (["tried", "to"], ["attempted", "to"], ["tries", "to"], ["wanted", "to"])
_GANG_OF = 4  # tokens between "gang of" and who they are
_IN_TOWNS = words.entries("triggers", "tangible")
_OF_A_TOWN = words.entries("parties", "of a town")
_SINGLE = words.entries("parties", "single people")
_BARE = words.entries("parties", "bare nouns")
_ONE_OF_THEM = words.entries("parties", "one of them")
_POINTING = words.entries("parties", "pointing back")


@dataclass(frozen=True, slots=True)
class Party:
    """An actor as a sentence has it, at tokens i to j. `described` has no name of its own."""

    i: int
    j: int
    name: str
    kind: str
    country: str | None
    described: bool = False
    provisional: bool = False
    crowd: bool = False
    definite: bool = False
    serves: str | None = None  # the armed group for which a person speaks or acts


@cache
def _leads() -> dict[str, str]:
    """Person → the group that the person leads."""
    return {link.other: link.actor for link in lexicon.actor_links() if link.kind == "led_by"}


@cache
def _states() -> dict[str, str]:
    return {country.code: country.name for country in lexicon.countries()}


@cache
def _kinds() -> dict[str, str]:
    return {actor.name: actor.kind for actor in lexicon.actors()}


@cache
def _countries() -> dict[str, str | None]:
    return {actor.name: actor.country for actor in lexicon.actors()}


def country_of(name: str) -> str | None:
    """The country of a lexicon actor (ISO 3166), or None."""
    return _countries().get(name)


@cache
def _organs() -> dict[str, str]:
    """Organisation of a state (its ministry, its agency) → the state."""
    states = frozenset(_states().values())
    return {
        link.actor: link.other
        for link in lexicon.actor_links()
        if link.kind == "part_of" and link.other in states and _kinds().get(link.actor) == "organisation"
    }


def principal(party: Party) -> Party:
    """For whom a person or an office acts: the group he leads, else his state; the state whose ministry it is."""
    if party.kind == "organisation" and party.name in _organs():
        return Party(party.i, party.j, _organs()[party.name], "state", party.country)
    outlet = _MOUTHPIECES.get(party.name.lower()) if party.kind == "organisation" else None
    if outlet:
        return Party(party.i, party.j, outlet, _kinds().get(outlet, "armed_group"), None)
    if party.kind != "person":
        return party
    group = party.serves or _leads().get(party.name)
    if group:  # an armed group, or the ministry that he leads
        return principal(Party(party.i, party.j, group, _kinds().get(group, "armed_group"), country_of(group)))
    if party.country in _states():
        return Party(party.i, party.j, _states()[party.country], "state", party.country)
    return party


def parties(scan: Scan) -> list[Party]:
    """The actors of a sentence, in order; where a name describes a noun after it ("Houthi rebels") the whole is one."""
    found: list[Party] = []
    taken: set[int] = set()
    # the longer first: "militant group" before its militant, "gang of gunmen" before its gunmen
    for noun in sorted(scan.nouns, key=lambda n: (n.i, -n.j)):
        if noun.kind == "group" or (noun.kind == "people" and noun.section == "fighter"):
            if (
                noun.i in taken
                or noun.j - 1 in taken
                or ((name := scan.name_at(noun.j - 1)) is not None and name.who is not None)
            ):
                continue
            party = _described(scan, noun)
            if party is not None:
                found.append(party)
                taken.update(range(party.i, party.j))
    for name in scan.names:
        if name.i in taken or (name.who is None and name.unknown is None):
            continue
        if name.metonym and _is_town(scan, name):
            continue  # "in Kabul" is the town, "Kabul said" the government
        if _are_nationals(scan, name):
            if name.i and _is_doer(scan, name):
                found.append(_national(scan, name))
                taken.update(range(name.i, name.j))
            continue  # "two Indians and a Pakistani died"
        found.append(_named(scan, name))
        taken.update(range(found[-1].i, found[-1].j))
    found.sort(key=lambda party: party.i)
    found = _owned(scan, found)
    return [p for n, p in enumerate(found) if not any(_apposed(scan, name, p) for name in found[max(0, n - 2) : n])]


def serving(found: list[Party], known: dict[str, str]) -> list[Party]:
    """The parties, with each person for the group that this sentence or an earlier one says he speaks for.

    `known` (person → group) is that of the sentences before; what this one says is added to it.
    """
    known.update({party.name: party.serves for party in found if party.serves})
    return [
        replace(party, serves=known[party.name]) if party.kind == "person" and party.name in known else party
        for party in found
    ]


def _owned(scan: Scan, found: list[Party]) -> list[Party]:
    """ "Yemen's Houthi rebels" are the Houthis, "Iran's Guards" the Guards: the state only says which."""
    lows = scan.sentence.lows
    kept: list[Party] = []
    for party in found:
        state = kept[-1] if kept else None
        if state is not None and _is_named(scan, state, party):
            kept[-1] = replace(party, i=state.i)  # "the Islamist group Ansar al-Sharia", "a leftist group, the DHKP-C"
            whole = kept[-2] if len(kept) > 1 else None
            if whole is not None and whole.described and lows[whole.j : state.i] == ["of"]:
                kept[-2:] = [replace(party, i=whole.i)]  # "a front of militants called X"
        elif state is not None and state.kind in ARMED and party.kind == "state" and state.j == party.i:
            kept[-1] = replace(state, j=party.j)  # "Ashab al-Kahf Iraq"
        elif (
            state is not None
            and state.kind == "state"
            and party.kind in GROUPS
            and lows[state.j : state.j + 1] == ["'s"]
            and all(low in _ADJECTIVES or "-" in low for low in lows[state.j + 1 : party.i])
        ):
            kept[-1] = replace(party, i=state.i)
        elif (
            party.kind == "person"
            and state is not None
            and state.kind in ARMED
            and not state.described
            and 0 < party.i - state.j <= 4
            and all(low in _OFFICES for low in lows[state.j : party.i])
        ):
            kept.append(replace(party, serves=state.name))  # "Houthi military spokesman X"
        elif (
            state is not None
            and state.kind == "person"
            and party.kind in ARMED
            and not party.described
            and _is_office(lows[state.j : party.i])
        ):
            kept[-1] = replace(state, serves=party.name)  # "X, the military spokesman for the Houthis"
            kept.append(party)
        else:
            kept.append(party)
    return kept


def _is_named(scan: Scan, description: Party, party: Party) -> bool:
    """Whether a name says who a description before it is: "the militant group X", "a militant group, the X,"."""
    if not description.described or description.crowd or party.described or party.kind not in ARMED:
        return False
    lows = scan.sentence.lows
    between = [low for low in lows[description.j : party.i] if low != "the"]
    if between == [","]:
        head = scan.at.get(description.j - 1)
        return head is not None and not head.plural and lows[party.j : party.j + 1] != ["and"]
    return not between or tuple(between) in _CALLED


def _are_nationals(scan: Scan, name: Name) -> bool:
    """Whether the adjective of a state stands for its people: "three Americans", "a Pakistani was"."""
    who, lows = name.who, scan.sentence.lows
    if who is None or who.kind != "state" or not who.adjective:
        return False
    counts = [q.j for q in scan.quantities if 0 <= name.i - q.j <= 2 and set(lows[q.j : name.i]) <= _BETWEEN_COUNT]
    counted = bool(counts) and lows[name.j - 1].endswith("s")
    following = lows[name.j] if name.j < len(lows) else "."
    article = name.i > 0 and lows[name.i - 1] in ("a", "an")
    does = any(act.group_start == name.j for act in scan.acts) or lows[name.j : name.j + 2] in _TRIES
    return counted or (article and (does or following in _AFTER_PEOPLE or not following[0].isalpha()))


def _is_doer(scan: Scan, name: Name) -> bool:
    """Whether nationals are who did it: "stabbed by a Palestinian", "two Chechens who opened fire"."""
    lows = scan.sentence.lows
    before = next((lows[k] for k in range(name.i - 1, max(-1, name.i - 5), -1) if lows[k] in ("by", "of", "and")), None)
    return before == "by" or any(
        a.section in ("attack", "kill", "fire", "abduct") and not a.passive and 0 <= a.i - name.j <= _DOER_OF
        for a in scan.acts
    )


def _national(scan: Scan, name: Name) -> Party:
    """Single people of a state, who are no force of it."""
    return Party(name.i, name.j, scan.sentence.words(name.i, name.j), "armed_group", None, described=True)


def _is_town(scan: Scan, name: Name) -> bool:
    """Whether the seat of a government is only the town: "in central Kabul", "Kabul markets"."""
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    k = name.i
    while k > 0 and lows[k - 1] in _OF_A_TOWN:
        k -= 1
    if (k > 0 and lows[k - 1] in _LOCATIVE) or "capital" in lows[k : name.i]:
        return True
    if name.i == 0 and len(tokens[0].text) > 3 and tokens[0].text.isupper():
        return any(token.text.islower() for token in tokens[:8])  # a dateline
    following = lows[name.j : name.j + 2]
    return following[:1] != ["'s"] and any(low in _IN_TOWNS or low.rstrip("s") in _IN_TOWNS for low in following)


def _is_office(between: list[str]) -> bool:
    """Whether what stands between a person and a group is an office: ", the military spokesman for the"."""
    told = [low for low in between if low not in DETERMINERS]
    return (
        len(told) >= 3
        and told[0] == ","
        and told[-1] in ("for", "of")
        and all(low in _OFFICES or low == "'s" for low in told[1:-1])
    )


def _apposed(scan: Scan, name: Party, party: Party) -> bool:
    """ "Kataib Hezbollah, another Iran-backed group": a description that says again who was named."""
    if not party.described or name.described or name.kind not in GROUPS:
        return False
    between = scan.sentence.lows[name.j : party.i]
    if not between or between[0] not in (",", "("):
        # "Kataib Hezbollah of Iraq, another militia"
        return len(between) == 3 and between[0] in ("of", "in") and between[2] == ","
    if len(between) > 8 or "," in between[1:] or any(name.j <= act.i < party.i for act in scan.acts):
        return False
    return len(between) <= 4 or between[1] in _ONE_OF_THEM


def _named(scan: Scan, name: Name) -> Party:
    if name.who is None:
        return Party(name.i, name.j, name.unknown or "", "armed_group", None, provisional=True)
    who, j = name.who, name.j
    lows = scan.sentence.lows
    if who.kind == "state":
        k = j
        while k < len(lows) and k < j + 3 and lows[k] in FORCES:
            k += 1
        if k > j:
            return Party(name.i, k, who.name, "state", who.country)
    if who.kind in ARMED and lows[j : j + 1] == ["'s"]:  # "al-Qaeda's branch in Yemen", "the PKK's armed wing"
        branch = next((k for k in range(j + 1, min(j + 4, len(lows))) if lows[k] in _BRANCHES), None)
        j = branch + 1 if branch is not None else j
    while j < len(lows) and lows[j] in _MEMBERS:
        j += 1
    return Party(name.i, j, who.name, who.kind, who.country)


def _described(scan: Scan, noun: Noun) -> Party | None:
    """A described actor, or the named one whose fighters these are."""
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    if lows[noun.j : noun.j + 1] == ["of"] and any(q.i == noun.j + 1 and tokens[q.i].capital for q in scan.quantities):
        return None  # "the Gang of Eight" are lawmakers
    i = noun.i
    namesake: Who | None = None
    while i > 0 and noun.i - i < 6:
        before = lows[i - 1]
        name = scan.name_at(i - 1)
        if name is not None and name.unknown is not None:
            return Party(name.i, noun.j, name.unknown, "armed_group", None, provisional=True)
        if name is not None and name.who is not None:
            if namesake is not None:
                break  # "TRIPOLI U.S. warplanes": the nearest says whose
            if (name.who.kind not in ("state", "population")) or (noun.section == "force" and name.who.kind == "state"):
                namesake = name.who
            i = name.i
        elif (
            before in _ADJECTIVES
            or (i == noun.i and _is_adjective(scan, noun))
            or ("-" in before and before[0].isalpha())
            or (
                (other := scan.at.get(i - 1)) is not None
                and other.kind in ("group", "people")
                and other.section in ("armed", "fighter", "crowd")
                and not other.plural
            )
        ):
            i -= 1
        else:
            break
    if namesake is not None and not _APART & set(lows[i : noun.i]):  # "a Taliban splinter group" is another
        return Party(i, noun.j, namesake.name, namesake.kind, namesake.country)
    # "members of Al-Nujaba", "fighters from Hamas"
    if noun.j + 1 < len(lows) and lows[noun.j] in ("of", "from", "with"):
        for name in scan.names:
            if noun.j + 1 <= name.i <= noun.j + 2 and name.who is not None and name.who.kind in GROUPS:
                return Party(i, name.j, name.who.name, name.who.kind, name.who.country)
    if lows[noun.j : noun.j + 1] == ["of"]:  # "a gang of some forty gunmen": gunmen
        they = next(
            (n for n in scan.nouns if n.kind == "group" and n.plural and 0 <= n.i - noun.j - 1 <= _GANG_OF), None
        )
        gang = _described(scan, they) if they is not None else None
        if gang is not None:
            return replace(gang, i=i)
    if noun.section == "force" or (noun.section == "fighter" and noun.value in _SINGLE):
        return None
    if noun.value in ("group", "proxy") and noun.i and lows[noun.i - 1] in _PEACEFUL:
        return None  # "a rights group"
    while i < noun.i and lows[i] in _BEFORE_ADJECTIVES:
        i += 1
    if lows[noun.j : noun.j + 1] in (["from"], ["of"]) and lows[noun.j + 1 : noun.j + 2] == ["the"]:
        group = next((n for n in scan.nouns if n.i == noun.j + 2 and n.kind == "group" and n.value in _WHOLES), None)
        if group is not None:  # "gunmen from the group": those of whom the article speaks
            return Party(i, group.j, lows[group.i], "armed_group", None, described=True, definite=True)
    text = " ".join(t.text for t in tokens[i : noun.j])
    text = text.replace(" 's", "'s").replace(" - ", "-")
    if noun.value in _BARE and i == noun.i and lows[max(0, i - 1) : i] not in (["the"], ["same"]):
        return None
    definite = i > 0 and lows[i - 1] in _POINTING and not (lows[i - 1] == "that" and noun.plural)  # "said that rebels"
    crowd = noun.section == "crowd"
    j = noun.j
    tied = _TIED.get((*lows[j : j + 2],))
    backer = scan.name_at(j + 2 + (lows[j + 2 : j + 3] == ["the"])) if tied is not None else None
    if backer is not None and backer.who is not None:
        if tied == "of":  # "fighters loyal to X" are those of X
            return Party(i, backer.j, backer.who.name, backer.who.kind, backer.who.country)
        text, j = f"{backer.who.name}-{tied} {text}", backer.j
    return Party(
        i, j, text, "population" if crowd else "armed_group", None, described=True, crowd=crowd, definite=definite
    )


def _is_adjective(scan: Scan, noun: Noun) -> bool:
    """Whether the one word between "a" and a noun of an armed group describes it: "an outlaw group"."""
    lows, k = scan.sentence.lows, noun.i - 1
    between = k > 0 and lows[k - 1] in ("a", "an") and lows[k].isalpha()
    return between and noun.section == "armed" and not any(act.i == k for act in scan.acts)


def is_actor(scan: Scan, party: Party) -> bool:
    """Whether a party says who attacked, and not only that somebody did: not "a suicide bomber", "the attackers".

    What he is told to be besides makes him an actor: "Palestinian assailants", "an Islamist gunman".
    """
    if not party.described or party.crowd:
        return True
    noun = next((n for n in scan.nouns if n.kind in ("group", "people") and n.j == party.j), None)
    if noun is None or not (noun.value in _ONLY_ATTACKED or (noun.value in _ALONE and not noun.plural)):
        return True
    return any(_identifies(scan, k) for k in range(party.i, noun.i))


def _identifies(scan: Scan, k: int) -> bool:
    """Whether the word at token k, before a noun, says of whom somebody is one: "Kurdish", "al-Qaeda-linked"."""
    low = scan.sentence.lows[k]
    other = scan.at.get(k)
    if scan.name_at(k) is not None or (other is not None and other.kind == "group" and other.section == "armed"):
        return True
    if "-" in low:
        return low.startswith(("pro-", "anti-")) or low.rsplit("-", 1)[1] in _TYING
    return low in _ADJECTIVES and low not in _NO_IDENTITY


def same(a: Party, b: Party) -> bool:
    """Whether two parties may be one: the same name, or a description beside a group."""
    if a.name == b.name or fold(a.name) == fold(b.name):
        return True
    if a.described or b.described:
        return (a.kind in ARMED and b.kind in ARMED) or a.crowd or b.crowd
    if a.country and a.country == b.country:
        kinds = {a.kind, b.kind}
        return kinds <= OF_STATE or ("person" in kinds and bool(kinds & OF_STATE))
    return _linked(a.name, b.name)


@cache
def _links() -> frozenset[tuple[str, str]]:
    return frozenset(
        (link.actor, link.other) for link in lexicon.actor_links() if link.kind in ("part_of", "front_for", "led_by")
    )


def _linked(a: str, b: str) -> bool:
    return (a, b) in _links() or (b, a) in _links()
