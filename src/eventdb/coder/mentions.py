"""Attacks mentioned in a sentence: each clause's trigger, whether it is real, and who, whom, where, when, with what.

A sentence is cut where another incident may begin ("after …", "in response to …", "which led to …", a new subject with
a new verb). Each piece with a trigger gives one mention, or a reason why it gives none.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

from eventdb.coder import words
from eventdb.coder.when import When
from eventdb.coder.figures import Figure
from eventdb.coder.names import Name, Where
from eventdb.coder.parties import Party, principal
from eventdb.coder.scan import AUXILIARIES, DETERMINERS, MODALS, PREPOSITIONS, PRONOUNS, Act, Noun, Scan

# What joins a piece to the one before it: the story uses it to order and to tie incidents.
CONNECTORS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("in", "response", "to"), "responds"),
    (("in", "retaliation", "for"), "responds"),
    (("in", "revenge", "for"), "responds"),
    (("in", "reprisal", "for"), "responds"),
    (("retaliation", "for"), "responds"),
    (("response", "to"), "responds"),
    (("responded", "to"), "responds"),
    (("avenge",), "responds"),
    (("retaliate", "for"), "responds"),
    (("retaliated", "for"), "responds"),
    (("responded", "by"), "leads"),
    (("led", "to"), "leads"),
    (("leading", "to"), "leads"),
    (("prompting",), "leads"),
    (("prompted",), "leads"),
    (("sparking",), "leads"),
    (("sparked",), "leads"),
    (("triggering",), "leads"),
    (("triggered",), "leads"),
    (("provoked",), "leads"),
    (("followed", "by"), "leads"),
    (("after",), "after"),
    (("following",), "after"),
    (("since",), "since"),
    (("follows",), "after"),
    (("followed",), "after"),
    (("before",), "before"),
    (("ahead", "of"), "before"),
    (("including",), "including"),
    (("such", "as"), "including"),
    (("attacks", "like"), "including"),
    (("while",), "while"),
    (("when",), "when"),
    (("amid",), "amid"),
    (("despite",), "amid"),
    (("blamed", "for"), "blame"),
    (("responsible", "for"), "blame"),
    (("behind",), "blame"),
    (("blame", "for"), "blame"),
    (("accused", "of"), "blame"),
    (("blamed",), "blame"),
    (("linked", "to"), "blame"),
    (("involved", "in"), "blame"),
    ((";",), "and"),
    (("—",), "aside"),
)

GENERIC = frozenset({"attack", "strike", "clash"})
_STATE_STRIKES = frozenset({"strike", "airstrike"})


@dataclass(slots=True)
class Mention:
    """One attack as one piece of a sentence has it; tokens i to j, the trigger at `at`."""

    scan: Scan
    i: int
    j: int
    at: int
    type: str
    rule: str
    noun: Noun | None = None
    act: Act | None = None
    definite: bool = False
    plural: bool = False
    aggregate: bool = False
    unreal: str | None = None
    agent: Party | None = None
    targets: list[Party] = field(default_factory=list)
    target_words: list[str] = field(default_factory=list)
    where: Place | None = None
    when: When | None = None
    weapon: Noun | None = None
    weapon_count: int | None = None
    figures: list[Figure] = field(default_factory=list)
    link: str = ""  # how this piece is tied to the one before it
    attempt: bool = False
    alone: bool = False  # its place is one of several that the sentence joins
    anaphor: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a sentence has it, tokens i to j; `name` None of the lexicon where only a description is known."""

    i: int
    j: int
    text: str
    options: tuple[Where, ...]
    rank: int  # how specific: 3 site, 2 town or district, 1 province, 0 country or sea


@dataclass(frozen=True, slots=True)
class Piece:
    i: int
    j: int
    link: str


def pieces(scan: Scan) -> list[Piece]:
    """The stretches of a sentence that may each hold one incident."""
    lows = scan.sentence.lows
    cuts: dict[int, str] = {}
    taken = 0  # "in response to" is not "response to" as well
    for k in range(len(lows)):
        for phrase, link in CONNECTORS:
            if k >= taken and tuple(lows[k : k + len(phrase)]) == phrase and k not in cuts:
                if phrase in (("responded", "to"), ("responded", "by")):
                    k_subject = _subject_start(scan, k)
                    if k_subject > 0:
                        cuts[k_subject] = "leads"
                    break
                if link == "since" and _dated_next(scan, k + 1):
                    break
                if (
                    link in ("after", "before")
                    and phrase[0] in ("after", "before", "following")
                    and _dated_next(scan, k + 1)
                ):
                    break
                if (
                    phrase[0] in ("followed", "prompted", "sparked", "triggered", "provoked", "blamed")
                    and k
                    and lows[k - 1] in ("was", "were", "been", "be", "are", "is")
                ):
                    break
                if (
                    link == "including"
                    and not any(k < noun.i <= k + 10 and _is_trigger(noun) for noun in scan.nouns)
                    and "one" not in lows[k + 1 : k + 4]
                ):
                    break
                if phrase == ("following",) and k and lows[k - 1] in DETERMINERS:
                    break
                cuts[k] = link
                taken = k + len(phrase)
                break
        if k and k not in cuts and lows[k] in (",", "and", "but", "or") and _new_clause(scan, k):
            cuts[k] = "and"
        if k and k not in cuts and lows[k] in ("which", "who") and lows[k - 1] == "," and _about_party(scan, k):
            cuts[k] = "which"
    edges = [0, *sorted(cuts), len(lows)]
    found: list[Piece] = []
    for a, b in zip(edges, edges[1:], strict=False):
        if b <= a:
            continue
        empty = not any(a <= noun.i < b and _is_trigger(noun) for noun in scan.nouns) and not any(
            a <= act.i < b and act.section in _TRIGGER_ACTS | {"wound", "die"} for act in scan.acts
        )
        if found and empty and cuts.get(a, "") not in ("after", "before", "responds", "since", "including"):
            found[-1] = Piece(found[-1].i, b, found[-1].link)  # nothing happens in it: it goes with what stands before
        else:
            found.append(Piece(a, b, cuts.get(a, "")))
    return found


def _about_party(scan: Scan, k: int) -> bool:
    """ "struck a militia, which it says killed …": another deed, of the one named before the comma."""
    party = any(noun.j == k - 1 and noun.kind == "group" for noun in scan.nouns) or any(
        name.j == k - 1 and name.who is not None and name.who.kind not in ("state", "person") for name in scan.names
    )
    return party and any(
        k < a.i <= k + 7 and a.section in ("kill", "attack", "fire") and not a.passive and a.modal is None
        for a in scan.acts
    )


def _subject_start(scan: Scan, k: int) -> int:
    """Where the clause of the verb at token k begins: before its subject, and before a date that opens it."""
    lows = scan.sentence.lows
    start = next((n + 1 for n in range(k - 1, -1, -1) if lows[n] in (",", ";", "—", '"')), 0)
    for when in scan.whens:
        a, b = scan.token_at(when.start), scan.token_at(when.end)
        if a < start and start - b <= 2:
            start = a
    while start > 0 and lows[start - 1] in ("on", "in", "and"):
        start -= 1
    return start


def _dated_next(scan: Scan, k: int) -> bool:
    lows = scan.sentence.lows
    if k >= len(lows):
        return False
    start = scan.sentence.tokens[k].start
    when = next((w for w in scan.whens if w.start <= start + 4 and w.end > start), None)
    if when is None:
        return False
    # "after Sunday's strike" is tied to a strike, "after Sunday" is not
    after = scan.token_at(when.end)
    return not any(noun.kind == "event" and after - 1 <= noun.i <= after + 6 for noun in scan.nouns)


def _new_clause(scan: Scan, k: int) -> bool:
    """Whether the comma or "and" at token k begins a clause, or a list item, that may hold another incident."""
    lows = scan.sentence.lows
    n = k + 1
    while n < len(lows) and lows[n] in ("and", "but", "then", "later", "also", ","):
        n += 1
    if n >= len(lows):
        return False
    if not any(_is_trigger(noun) for noun in scan.nouns if noun.j <= k) and not any(
        act.section in _TRIGGER_ACTS for act in scan.acts if act.j <= k
    ):
        return False
    limit = min(n + 16, len(lows))
    for stop in range(n, limit):
        if (
            lows[stop] in (",", ";", "—")
            and stop > n
            and not any(w.start <= scan.sentence.tokens[stop].start < w.end + 2 for w in scan.whens)
        ):
            limit = stop
            break
    if any(w.start < scan.sentence.tokens[k].start < w.end for w in scan.whens):
        return False
    if lows[n] in ("a", "an", "another", "one") and lows[k] in (",", "and"):
        # ", a U.S. airstrike that …": an item of a list of incidents
        noun = next((x for x in scan.nouns if n < x.i <= n + 6 and _is_trigger(x)), None)
        if noun is not None and not any(n <= a.i < noun.i for a in scan.acts):
            return True
    if lows[n] in PREPOSITIONS and not any(scan.token_at(w.start) in (n, n + 1) for w in scan.whens):
        return False
    act = next(
        (
            a
            for a in scan.acts
            if n <= a.i < limit and a.form in ("past", "part", "s", "base") and a.section in _TRIGGER_ACTS
        ),
        None,
    )
    dated = next((w for w in scan.whens if scan.token_at(w.start) in range(n, n + 3)), None)
    subject_from = scan.token_at(dated.end) if dated else n
    if act is not None:
        first = act.group_start
        subject = [
            x for x in scan.nouns if subject_from <= x.i < first and x.kind in ("weapon", "people", "group", "event")
        ]
        named = [x for x in scan.names if subject_from <= x.i < first]
        quantified = any(subject_from <= q.i < first for q in scan.quantities)
        return bool(subject or named or quantified) and not any(
            low in ("that", "which", "who", "whom") for low in lows[n:first]
        )
    return False


_TRIGGER_ACTS = frozenset({"attack", "fire", "kill", "explode", "land", "abduct", "harm", "down", "clash"})


def _is_trigger(noun: Noun) -> bool:
    return noun.kind == "event" and noun.value not in ("not",)


def find(scan: Scan, parties: list[Party], places: list[Place], figures: list[Figure]) -> list[Mention]:
    """The mentions of a sentence, real or not, in order."""
    found: list[Mention] = []
    cut = pieces(scan)
    for piece in cut:
        mention = _mention(scan, piece, parties, places)
        if mention is not None:
            found.append(mention)
    for mention in found:
        mention.figures = [figure for figure in figures if mention.i <= figure.at < mention.j]
    left = [figure for figure in figures if not any(figure in m.figures for m in found)]
    for figure in left:
        holders = [m for m in found if not m.unreal and not m.aggregate] or found
        if holders:
            nearest = min(holders, key=lambda m: min(abs(figure.at - m.i), abs(figure.at - m.j)))
            nearest.figures.append(figure)
    for mention in found:
        _date(mention, cut, found)
    return found


def _mention(
    scan: Scan, piece: Piece, parties: list[Party], places: list[Place], mention_noun: bool = True
) -> Mention | None:
    lows = scan.sentence.lows
    nouns = [n for n in scan.nouns if piece.i <= n.i < piece.j and _is_trigger(n) and mention_noun]
    acts = [a for a in scan.acts if piece.i <= a.i < piece.j and _acts_here(scan, a, piece)]
    weapons = [n for n in scan.nouns if piece.i <= n.i < piece.j and n.kind == "weapon"]
    if not nouns and not acts:
        return _one(scan, piece, parties, places) if piece.link == "including" else None
    noun = _main_noun(scan, nouns)
    act = _main_act(acts)
    if noun is not None and noun.section == "clash" and act is not None:
        noun = None
    at = (
        noun.j - 1
        if noun is not None
        and (
            act is None
            or act.section
            in ("kill", "wound", "die", "attack", "conduct", "harm", "land", "explode", "clash", "abduct", "fire")
        )
        else act.i
        if act
        else piece.i
    )
    if noun is not None and act is not None and act.section == "fire" and not any(w.i >= act.j for w in weapons):
        at = noun.j - 1
    mention = Mention(scan, piece.i, piece.j, at, "", "", noun, act, link=piece.link)
    mention.agent = _agent(scan, piece, mention, acts, parties)
    kind, rule = _type(scan, piece, mention, acts, weapons, parties)
    if kind is None:
        return None
    mention.type, mention.rule = kind, rule
    mention.weapon, mention.weapon_count = _weapon(scan, weapons, kind)
    if noun is not None:
        before = _noun_phrase_start(scan, noun)
        head = lows[before : noun.j]
        mention.plural = noun.plural
        mention.definite = any(
            low in ("the", "that", "those", "these", "this", "'s", "its", "their", "his") for low in head[:-1] or []
        ) or (before > 0 and lows[before - 1] in ("the", "that", "this"))
        told = lows[noun.j : noun.j + 1] in (["that"], ["which"]) and any(noun.j < a.i <= noun.j + 4 for a in scan.acts)
        if told and head[:1] == ["the"]:
            mention.definite = False  # "the airstrike that killed X": its own words say which
        mention.anaphor = (
            bool(head)
            and not told
            and head[0] in ("the", "that", "this", "those", "these")
            and len(head) <= 3
            and noun.section in GENERIC | {"airstrike", "bombing", "rocket_attack", "missile_attack", "drone_attack"}
        )
    if (
        noun is not None
        and acts
        and mention.at == noun.j - 1
        and _unreal(scan, piece, mention) is not None
        and mention_noun
    ):
        # "downed a drone, bringing him to the verge of a strike": the noun is unreal, the verb is not
        return _mention(scan, piece, parties, places, mention_noun=False)
    mention.targets, mention.target_words = _targets(scan, piece, mention, acts, parties)
    mention.where = _where(scan, piece, mention, places)
    mention.attempt = any(
        low in ("attempt", "attempted", "attempting", "tried", "trying", "nearly", "failed", "attempts")
        for low in lows[max(piece.i, at - 4) : at]
    )
    mention.unreal = _unreal(scan, piece, mention)
    mention.aggregate = _aggregate(scan, piece, mention)
    return mention


def _one(scan: Scan, piece: Piece, parties: list[Party], places: list[Place]) -> Mention | None:
    """ "attacks by militias, including the one in Iraq on Nov. 21": one of the many spoken of just before."""
    lows = scan.sentence.lows
    one = next((k for k in range(piece.i, min(piece.i + 4, piece.j)) if lows[k] == "one"), None)
    many = next((n for n in reversed(scan.nouns) if n.kind == "event" and n.j <= piece.i and n.plural), None)
    if one is None or many is None:
        return None
    weapons = [n for n in scan.nouns if piece.i <= n.i < piece.j and n.kind == "weapon"]
    kind = weapons[0].section if weapons else many.section if many.section not in GENERIC else "other_attack"
    mention = Mention(
        scan, piece.i, piece.j, one, kind, "one of several", link=piece.link, definite=lows[one - 1] == "the"
    )
    before = next((p.i for p in reversed([p for p in pieces(scan) if p.i < piece.i])), 0)
    mention.noun = many
    mention.agent = _agent(scan, Piece(before, piece.i, ""), mention_at(mention, many.j - 1), [], parties)
    mention.noun, mention.at = None, one
    mention.where = _where(scan, piece, mention, places)
    mention.weapon, mention.weapon_count = _weapon(scan, weapons, kind)
    return mention


def mention_at(mention: Mention, at: int) -> Mention:
    mention.at = at
    return mention


def _main_noun(scan: Scan, nouns: list[Noun]) -> Noun | None:
    """The most telling event noun: a specific one before a general one, the first of equals."""
    if not nouns:
        return None
    return min(
        nouns,
        key=lambda n: (n.section in ("clash", "riot"), n.section in GENERIC, n.value in ("killing", "murder"), n.i),
    )


def _main_act(acts: list[Act]) -> Act | None:
    order = ("fire", "attack", "explode", "land", "abduct", "down", "harm", "kill", "conduct", "clash", "wound", "die")
    return min(acts, key=lambda a: (order.index(a.section), a.i)) if acts else None


def _acts_here(scan: Scan, act: Act, piece: Piece) -> bool:
    """Whether a verb is a trigger in this piece: weak ones need a weapon, an attack or a victim beside them."""
    lows = scan.sentence.lows
    near = [n for n in scan.nouns if piece.i <= n.i < piece.j]
    weapon = any(n.kind == "weapon" for n in near)
    if act.section == "fire":
        return any(n.kind == "weapon" and act.j - 8 <= n.i <= act.j + 8 for n in near) and (
            act.base != "drop" or weapon
        )
    if act.section == "conduct":
        return False
    if act.section in ("wound", "die"):
        return False
    if act.section == "kill":
        if act.base == "execute" and any(n.kind == "event" and 0 <= n.i - act.j <= 5 for n in near):
            return False
        if act.base in ("shoot", "stab", "hack") and lows[act.j : act.j + 1] == ["down"]:
            return False
        return not any(low in ("combat", "action", "traffic") for low in lows[act.j : act.j + 4]) or weapon
    if act.section == "explode":
        return weapon or any(n.kind == "event" for n in near) or act.base in ("detonate", "explode", "blow")
    if act.section == "land":
        return any(n.kind == "weapon" and n.i < act.i for n in near)
    if act.section == "harm":
        return weapon or any(n.kind == "event" and n.value != "not" for n in near)
    if act.section == "down":
        return act.base in ("down", "shoot", "bring") and any(
            low.rstrip("s") in ("drone", "jet", "plane", "helicopter", "aircraft", "airliner", "warplane")
            for low in lows[act.j : act.j + 6]
        )
    if act.section == "abduct":
        return (
            act.base in ("kidnap", "abduct", "take", "hijack")
            or any(n.kind == "people" and 0 <= n.i - act.j <= 5 for n in near)
            or any(low in ("tanker", "ship", "vessel", "boat") for low in lows[act.j : act.j + 6])
        )
    if act.base in (
        "strike",
        "hit",
        "slam",
        "crash",
        "plow",
        "plough",
        "pound",
        "blast",
        "bomb",
        "shell",
        "storm",
        "target",
        "attack",
        "set",
        "torch",
        "ram",
        "raid",
        "batter",
    ):
        if act.base in ("strike", "hit") and lows[act.j : act.j + 2] in (
            ["a", "deal"],
            ["an", "agreement"],
            ["a", "balance"],
            ["the", "market"],
            ["the", "road"],
        ):
            return False
        object_ = lows[act.j : act.j + 8]
        tangible = any(w in _TANGIBLE or w.rstrip("s") in _TANGIBLE for w in object_) or any(
            act.j <= name.i <= act.j + 8 for name in scan.names
        )
        people = any(n.kind in ("people", "group") and 0 <= n.i - act.j <= 7 for n in near)
        attackers = (
            weapon
            or any(n.kind in ("group",) and n.i < act.i for n in near)
            or any(name.who is not None and name.i < act.i for name in scan.names)
        )
        if act.passive:
            subject = lows[max(piece.i, act.group_start - 10) : act.group_start]
            return (
                weapon
                or any(w in _TANGIBLE or w.rstrip("s") in _TANGIBLE for w in subject)
                or any(n.kind in ("people", "group") and n.i < act.i for n in near)
                or any(name.j <= act.i for name in scan.names)
            )
        if act.base in ("target", "attack"):
            return tangible or people or weapon
        return (tangible or people) and attackers or weapon
    return True


_TANGIBLE = frozenset(
    """base bases facility facilities embassy consulate compound airport airbase ship ships vessel vessels tanker tankers carrier vehicle convoy
    truck bus car train station building house home village town city camp hospital school mosque church market hotel headquarters post outpost
    checkpoint barracks depot warehouse pipeline refinery oilfield field plant port bridge position positions target targets location locations
    site sites office offices troops forces patrol airfield garrison center centre district neighborhood neighbourhood area border apartment
    restaurant university prison police army militia group shrine temple synagogue farm mine factory power substation tower freighter boat
    fleet installation installations zone storeroom segment segments destroyer warship frigate infrastructure complex""".split()
)


def _noun_phrase_start(scan: Scan, noun: Noun) -> int:
    lows = scan.sentence.lows
    i = noun.i
    while i > 0 and noun.i - i < 9:
        before = lows[i - 1]
        if before in DETERMINERS:
            return i - 1
        if (
            before in PREPOSITIONS
            or before in (",", ".", ";", ":", "—", '"', "and", "said", "(", ")", "or", "but")
            or before in words.entries("realis", "unreal")
        ):
            break
        if any(act.i == i - 1 for act in scan.acts) or before in _verbal():
            break
        i -= 1
    return i


@cache
def _verbal() -> frozenset[str]:
    """Words that are no part of a noun phrase: auxiliaries, modals, pronouns, verbs of speech."""
    said = {text for section in ("say", "believe", "blame", "claim", "deny") for text in words.verbs("speech", section)}
    return (
        frozenset(said - {"reported", "suspected", "alleged", "claimed", "state", "report", "post"})
        | AUXILIARIES
        | MODALS
        | PRONOUNS
        | {"not"}
    )


def _type(
    scan: Scan, piece: Piece, mention: Mention, acts: list[Act], weapons: list[Noun], parties: list[Party]
) -> tuple[str | None, str]:
    """The event type and what decided it."""
    noun = mention.noun
    by_state = mention.agent is not None and principal(mention.agent).kind in ("state", "state_force")
    lows = scan.sentence.lows[piece.i : piece.j]
    section = noun.section if noun is not None else None
    storming = [a for a in acts if a.base == "storm"] or (noun is not None and noun.value == "storming")
    if storming:
        premises = {"embassy", "consulate", "parliament", "headquarters", "compound", "capitol", "palace"}
        crowd = any(p.crowd and piece.i <= p.i < piece.j for p in parties)
        if crowd or (
            premises & set(lows)
            and not weapons
            and not {"gunmen", "fighters", "attackers", "gunman", "militants"} & set(lows)
        ):
            return "riot", "storming of premises or by a crowd"
        return "armed_assault", "storming"
    if section and section not in ("attack", "strike", "clash", "raid"):
        if (
            section == "armed_assault"
            and noun is not None
            and noun.value in ("killing", "murder", "assassination", "slaying", "execution")
            and weapons
        ):
            return _weapon_type(weapons, noun, scan, piece, parties)
        if section == "bombing" and noun is not None and noun.value in ("blast", "explosion") and weapons:
            return _weapon_type(weapons, noun, scan, piece, parties)
        if (
            section == "drone_attack"
            and noun is not None
            and noun.value == "drone strike"
            and _has_state(piece, parties, scan)
        ):
            return "airstrike", "drone strike of a state"
        if section == "shelling" and noun is not None and noun.value in ("barrage", "bombardment") and weapons:
            return _weapon_type(weapons, noun, scan, piece, parties)
        if section == "armed_assault" and noun is not None and noun.value == "killing" and not any(a for a in acts):
            return "other_attack", "killing"
        return section, f"noun: {noun.value if noun else ''}"
    usable = [w for w in weapons if not _is_victim_weapon(scan, w, acts)]
    if usable:
        return _weapon_type(usable, noun, scan, piece, parties)
    if section == "raid":
        return "raid", f"noun: {noun.value if noun else ''}"
    bases = {a.base for a in acts}
    if "abduct" in {a.section for a in acts}:
        return "abduction", "verb: " + next(a.base for a in acts if a.section == "abduct")
    if (
        bases & {"gun", "open", "stab", "behead", "mow", "hack", "ambush", "lynch"}
        or (bases & {"shoot"} and not any(a.base == "shoot" and a.section == "down" for a in acts))
        or {"gunmen", "gunman", "gunfire", "shooting"} & set(lows)
    ):
        return "armed_assault", "guns, knives or an ambush"
    if bases & {"bomb", "detonate", "explode", "blow", "firebomb", "dynamite", "go"}:
        return ("airstrike" if _has_state(piece, parties, scan) and bases & {"bomb"} else "bombing"), "explosives"
    if bases & {"shell", "bombard"}:
        return "shelling", "shelling"
    if bases & {"raid"}:
        return "raid", "raid"
    if section == "strike" or bases & {"strike", "pound"}:
        return ("airstrike" if by_state else "other_attack"), "strike"
    if section == "clash" or "clash" in {a.section for a in acts}:
        return "armed_assault", "clash"
    if acts and not noun and {a.section for a in acts} <= {"kill"} and bases <= {"kill"}:
        return "other_attack", "killing"
    return "other_attack", "attack"


def _is_victim_weapon(scan: Scan, weapon: Noun, acts: list[Act]) -> bool:
    """A drone that is shot down is not the weapon."""
    return any(a.section == "down" and 0 <= weapon.i - a.j <= 6 for a in acts)


def _has_state(piece: Piece, parties: list[Party], scan: Scan) -> bool:
    inside = [p for p in parties if piece.i <= p.i < piece.j]
    return any(p.kind in ("state", "state_force", "person") for p in inside)


def _weapon_type(
    weapons: list[Noun], noun: Noun | None, scan: Scan, piece: Piece, parties: list[Party]
) -> tuple[str, str]:
    order = ("missile_attack", "drone_attack", "rocket_attack", "airstrike", "bombing", "shelling", "armed_assault")
    weapon = (
        min(weapons, key=lambda w: (order.index(w.section) if w.section in order else 9, w.i))
        if noun is None
        else min(weapons, key=lambda w: abs(w.i - noun.i))
    )
    if (
        weapon.section == "drone_attack"
        and noun is not None
        and noun.section == "strike"
        and _has_state(piece, parties, scan)
    ):
        return "airstrike", "drone strike of a state"
    return weapon.section, f"weapon: {weapon.value}"


def _weapon(scan: Scan, weapons: list[Noun], kind: str) -> tuple[Noun | None, int | None]:
    fitting = [
        w
        for w in weapons
        if w.section == kind or kind in ("airstrike", "bombing", "armed_assault", "naval_attack", "other_attack")
    ]
    if not fitting:
        return None, None
    weapon = fitting[0]
    for w in fitting:
        quantity = next((q for q in scan.quantities if q.j <= w.i <= q.j + 3 and not q.vague), None)
        if quantity is not None:
            return w, quantity.low
    return weapon, None


def _agent(scan: Scan, piece: Piece, mention: Mention, acts: list[Act], parties: list[Party]) -> Party | None:
    lows = scan.sentence.lows
    noun, act = mention.noun, mention.act
    if piece.link == "which":
        return next((p for p in reversed(parties) if p.j <= piece.i), None)
    # "by X" after the trigger
    for k in range(mention.at, piece.j):
        if lows[k] == "by" and not (
            k > 0
            and lows[k - 1]
            in (
                "backed",
                "supported",
                "followed",
                "used",
                "owned",
                "led",
                "run",
                "condemned",
                "posted",
                "caused",
                "hit",
                "operated",
                "controlled",
                "claimed",
                "reported",
                "created",
                "accompanied",
                "injured",
            )
        ):
            party = next((p for p in parties if k < p.i <= k + 4), None)
            if party is not None and k - mention.at < 14:
                return party
    if noun is not None:
        i = _noun_phrase_start(scan, noun)
        premodifiers = [p for p in parties if i <= p.i < noun.j and p.kind != "person"]
        for party in premodifiers:
            name = scan.name_at(party.i)
            possessive = lows[party.j : party.j + 1] == ["'s"]
            if (
                name is not None
                and name.who is not None
                and party.kind == "state"
                and not name.who.adjective
                and not possessive
                and party.country != "US"
            ):
                continue  # "the Jordan attack" is in Jordan
            return party
        # "the strikes": the subject of the verb that conducts it
        conduct = [
            a for a in scan.acts if a.section in ("conduct", "fire") and piece.i <= a.i < noun.i and noun.i - a.j <= 10
        ]
        conduct += [
            a
            for a in scan.acts
            if a.section in ("conduct", "fire") and piece.i <= a.i < piece.j and a.passive and a.i > noun.i
        ]
        for verb in conduct:
            subject = _subject(scan, piece, verb, parties)
            if subject is not None and not verb.passive:
                return subject
    for verb in acts:
        if verb.section == "land":
            weapons = [w for w in scan.nouns if w.kind == "weapon" and w.i < verb.i]
            owner = next((p for p in parties if weapons and p.j in (weapons[-1].i, weapons[-1].j)), None)
            if owner is not None:
                return owner
            continue
        if noun is not None and verb.i > noun.i and verb.section in ("kill", "attack", "harm", "land"):
            continue
        if not verb.passive:
            subject = _subject(scan, piece, verb, parties)
            if subject is not None:
                return subject
    if act is not None and not act.passive and act.form == "ing" and act.section not in ("land", "explode"):
        before = [p for p in parties if piece.i <= p.i < act.i and not _SPEAKING & set(lows[p.j : act.i])]
        if before and not _in_phrase(scan, before[0]):
            return before[0]
    return None


def _in_phrase(scan: Scan, party: Party) -> bool:
    """Whether a party stands inside a prepositional phrase, so that it is no subject."""
    lows = scan.sentence.lows
    i = party.i
    while i > 0 and (lows[i - 1] in DETERMINERS or lows[i - 1].isdigit() or lows[i - 1].endswith("-backed")):
        i -= 1
    quantity = next((q for q in scan.quantities if q.i < i <= q.j), None)
    if quantity is not None:
        i = quantity.i
    return i > 0 and lows[i - 1] in PREPOSITIONS and lows[i - 1] not in ("after", "before", "while", "during", "like")


def _subject(scan: Scan, piece: Piece, verb: Act, parties: list[Party]) -> Party | None:
    lows = scan.sentence.lows
    inside = [p for p in parties if piece.i <= p.i and p.j <= verb.group_start]
    if lows[verb.group_start - 1 : verb.group_start] in (["they"], ["who"]):
        # "four rebels died when they assaulted a post"
        before = [p for p in parties if p.j <= verb.group_start and not _in_phrase(scan, p)]
        return before[-1] if before else None
    for party in reversed(inside):
        if _in_phrase(scan, party):
            continue
        between = lows[party.j : verb.group_start]
        if any(low in (";", "said", "says", ":", "told") for low in between):
            continue
        nouns = [
            n
            for n in scan.nouns
            if n.i >= party.j
            and n.j <= verb.group_start
            and n.kind == "people"
            and n.section == "civilian"
            and n.value not in ("leader", "general", "official", "president", "commander", "minister")
        ]
        if nouns and between and between[0] not in (",",):
            continue
        return party
    if piece.link in ("and", "leads", "when", "while") and verb.group_start - piece.i <= 2 and not inside:
        return None
    return None


def _targets(
    scan: Scan, piece: Piece, mention: Mention, acts: list[Act], parties: list[Party]
) -> tuple[list[Party], list[str]]:
    """Whom it was aimed at: the object of an active verb, the subject of a passive one, what follows "on", "against", "at"."""
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    found: list[Party] = []
    phrases: list[str] = []
    spans: list[tuple[int, int]] = []
    for act in acts:
        if act.section in ("attack", "kill", "harm", "abduct", "down"):
            spans.append(
                (max(piece.i, act.group_start - 12), act.group_start)
                if act.passive
                else (act.j, min(piece.j, act.j + 12))
            )
    for k in range(piece.i, piece.j):
        if (
            lows[k] in ("on", "against", "at", "targeting", "toward", "towards", "of", "alongside")
            and k > mention.at - 1
            and k - mention.at <= 12
        ):
            if any(w.start <= tokens[min(k + 1, len(tokens) - 1)].start < w.end for w in scan.whens) or (
                lows[k] == "of"
                and lows[k - 1]
                not in (
                    "killing",
                    "assassination",
                    "murder",
                    "shelling",
                    "bombing",
                    "bombardment",
                    "kidnapping",
                    "storming",
                )
            ):
                continue
            spans.append((k + 1, min(piece.j, k + 12)))
    for i, j in spans:
        for party in parties:
            if (
                i <= party.i < j
                and party is not mention.agent
                and party not in found
                and (mention.agent is None or party.name != mention.agent.name)
            ):
                found.append(party)
        phrase = _tangible(scan, i, j)
        if phrase and phrase not in phrases:
            phrases.append(phrase)
    return found, phrases[:2]


def _tangible(scan: Scan, i: int, j: int) -> str | None:
    """The phrase round a thing that can be hit."""
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    for k in range(i, j):
        noun = scan.at.get(k)
        if lows[k] in _TANGIBLE or (noun is not None and noun.kind == "people"):
            a = k
            while (
                a > i
                and k - a < 6
                and lows[a - 1] not in PREPOSITIONS
                and lows[a - 1] not in (",", ".", ";", "and", "the", "a", "an")
            ):
                a -= 1
            out = ""
            for n in range(a, k + 1):
                out += (" " if n > a and tokens[n].start > tokens[n - 1].end else "") + tokens[n].text
            return out
    return None


def _where(scan: Scan, piece: Piece, mention: Mention, places: list[Place]) -> Place | None:
    lows = scan.sentence.lows
    blamed = any(low.startswith("blam") for low in lows[piece.i : piece.j])  # "blamed the strike on Iran"
    inside = [place for place in places if piece.i <= place.i < piece.j and not (blamed and place.rank == 0)]
    home = mention.agent.j if mention.agent is not None else -1
    inside = [
        p for p in inside if not (p.rank == 0 and lows[p.i - 1] == "in" and p.i - 1 == home)
    ]  # "rebels in Yemen" hit something elsewhere
    if not inside:
        return None
    best = max(place.rank for place in inside)
    return min((p for p in inside if p.rank == best), key=lambda p: (p.i < mention.at, abs(p.i - mention.at)))


def _unreal(scan: Scan, piece: Piece, mention: Mention) -> str | None:
    """Why it did not happen, where it did not."""
    lows = scan.sentence.lows
    unreal, act, noun = words.sections("realis")["unreal"], mention.act, mention.noun
    by_noun = noun is not None and mention.at == noun.j - 1
    if act is not None and not by_noun:
        reason = _unreal_act(scan, act, mention)
        if reason is not None or act.modal is None and act.form in ("past", "part", "s"):
            return reason or _denied(lows, act.group_start, piece.i)
    if noun is not None and by_noun:
        start = _noun_phrase_start(scan, noun)
        for n in range(start, noun.j):
            if lows[n] in words.entries("realis", "unreal before a noun"):
                return lows[n]
        # "an attack that killed three" happened, whatever is said of it
        if any(
            a.i >= noun.j
            and a.i < piece.j
            and a.section in ("kill", "wound", "harm", "attack")
            and a.modal is None
            and a.form in ("past", "ing")
            and (a.i - noun.j <= 3 or {"that", "which"} & set(lows[noun.j : a.i]))
            for a in scan.acts
        ):
            return None
        k = start - 1
    else:
        k = (act.group_start if act is not None else mention.at) - 1
    seen = 0
    while k >= piece.i and seen < 9:
        low = lows[k]
        if any(
            a.i <= k < a.j
            and a.form in ("past", "part")
            and a.modal is None
            and a.section in ("conduct", "attack", "fire", "kill")
            for a in scan.acts
        ):
            return None
        if low in (",", ";", ":", '"'):
            return None
        if (
            low in unreal
            or " ".join(lows[k : k + 2]) in unreal
            or low in words.entries("realis", "negation")
            or low.endswith("n't")
        ):
            return low
        k -= 1
        seen += 1
    return None


def _unreal_act(scan: Scan, act: Act, mention: Mention) -> str | None:
    lows = scan.sentence.lows
    if act.modal == "to":
        before = set(lows[max(0, act.group_start - 2) : act.group_start + 1])
        return None if before & words.entries("realis", "attempt") else "to " + act.base
    if act.modal is not None:
        return act.modal
    if (
        act.form == "base"
        and not any(n.i <= act.i - 1 < n.j and n.plural for n in scan.nouns)
        and "did" not in lows[act.group_start : act.i]
    ):
        return "base form"
    if act.form == "ing" and act.i and lows[act.i - 1] in words.entries("realis", "unreal before -ing"):
        if lows[act.i - 1] != "of" or not mention.figures:
            return f"{lows[act.i - 1]} {lows[act.i]}"
    return None


def _denied(lows: list[str], k: int, start: int) -> str | None:
    """ "denied suggesting that missiles hit its ship"."""
    window = lows[max(start, k - 8) : k]
    return next((low for low in window if low in ("denied", "denies", "deny", "if", "whether", "unless")), None)


def _aggregate(scan: Scan, piece: Piece, mention: Mention) -> bool:
    """Whether the mention is a bare plural or a count of many: a tally's matter, not one incident."""
    lows, noun = scan.sentence.lows, mention.noun
    if noun is None or mention.at != noun.j - 1:
        act = mention.act
        habitual = act is not None and any(
            low in ("regularly", "repeatedly", "frequently", "often", "continued", "routinely", "usually", "always")
            for low in lows[max(piece.i, act.group_start - 2) : act.j + 1]
        )
        perfect = (
            act is not None
            and not act.passive
            and bool({"has", "have"} & set(lows[act.group_start : act.i]))
            and mention.where is None
            and not any(_near(scan, w, piece) for w in scan.whens)
            and not any(q.i >= act.j and q.i - act.j <= 4 for q in scan.quantities)
        )
        progressive = (
            act is not None
            and act.form == "ing"
            and lows[max(0, act.i - 2) : act.i] in (["have", "been"], ["has", "been"], ["had", "been"])
        )
        return bool(habitual or progressive or perfect)
    i = _noun_phrase_start(scan, noun)
    many = words.sections("realis")["many"]
    counted = next((q for q in scan.quantities if i <= q.j <= noun.i and noun.i - q.j <= 4 and q.low > 3), None)
    if counted is not None and noun.plural:
        return True
    dated = any(
        w.role == "on" and w.precision in ("day", "month", "week") and w.resolved and _near(scan, w, piece)
        for w in scan.whens
    )
    spanned = any(w.role in ("since", "span") and _near(scan, w, piece) for w in scan.whens)
    quantified = any(
        low in many
        for low in lows[max(piece.i, i - 3) : noun.i]
        if low not in ("over", "about", "around", "earlier", "previous", "past", "recent") or noun.plural
    )
    if not noun.plural:
        return bool(noun.section in ("attack",) and lows[i : i + 1] in (["each"], ["every"], ["any"]))
    if spanned:
        return True
    located = mention.where is not None and mention.where.rank >= 2
    conducted = any(
        a.section in ("conduct", "fire") and a.form in ("past", "part") and piece.i <= a.i < piece.j and a.modal is None
        for a in scan.acts
    )
    named_agent = mention.agent is not None and mention.agent.kind in ("state", "state_force", "person")
    exact = any(f.low and not f.total for f in mention.figures)
    if noun.section in _STATE_STRIKES or noun.value in ("airstrike", "air strike"):
        if quantified and not dated:
            return True
        return not (
            dated or conducted or mention.definite or exact or (named_agent and located) or lows[i : i + 1] == ["the"]
        )
    if quantified:
        return not (
            dated
            or (
                located
                and any(
                    low in ("series", "string", "wave", "barrage", "two", "three", "pair")
                    for low in lows[max(piece.i, i - 3) : noun.i]
                )
            )
        )
    return not (dated or mention.definite or (located and conducted) or (exact and located))


def _near(scan: Scan, when: When, piece: Piece) -> bool:
    k = scan.token_at(when.start)
    return piece.i <= k < piece.j or (piece.i == 0 and k < piece.j)


_SPEAKING = frozenset(
    "said told announced tweeted added reported stated confirmed reporters statement wrote briefing interview press speech posted declared revealed".split()
)


def _date(mention: Mention, cut: list[Piece], found: list[Mention]) -> None:
    """The time expression that dates the mention.

    One inside its noun phrase ("the October 7 attack"), else in its piece, else just before a "when", else the one that opens the sentence; never
    one that dates a speech.
    """
    scan = mention.scan
    rank = {"day": 0, "week": 1, "month": 2, "year": 3, "unknown": 4}
    if mention.noun is not None and mention.at == mention.noun.j - 1:
        start = _noun_phrase_start(scan, mention.noun)
        own = [w for w in scan.whens if start <= scan.token_at(w.start) < mention.noun.j and w.same != "clause"]
        if own:
            mention.when = replace(own[-1], role="on")
            return
    usable = [w for w in scan.whens if w.role == "on" and not speech_date(scan, w)]
    inside = [w for w in usable if mention.i <= scan.token_at(w.start) < mention.j and w.same != "clause"]
    if inside:
        resolved = [w for w in inside if w.resolved] or inside
        mention.when = min(resolved, key=lambda w: (rank[w.precision], abs(scan.token_at(w.start) - mention.at)))
        return
    if mention.link == "when":
        before = [w for w in scan.whens if mention.i - 3 <= scan.token_at(w.end) <= mention.i]
        if before:
            mention.when = replace(before[-1], role="on")
            return
    first = usable[0] if usable else None
    if first is not None and scan.token_at(first.start) <= 2 and first.same != "clause":
        # an opening date covers the clauses joined by "and", not those set apart by "after" or "in response to"
        links = [piece.link for piece in cut if 0 < piece.i <= mention.i]
        if all(link in ("and", "when", "while", "leads", "blame", "aside", "including", "") for link in links):
            mention.when = first
            return
    if mention.link in ("", "and") and len(found) == 1 and usable and usable[0].same != "clause":
        links = [piece.link for piece in cut if mention.i < piece.i <= scan.token_at(usable[0].start)]
        if not any(link in ("after", "responds", "before", "since", "including") for link in links):
            mention.when = usable[0]
            return
    # "claimed earlier this month that they had targeted": no later than it was said
    said = [
        w
        for w in scan.whens
        if w.role == "on"
        and w.precision in ("month", "week")
        and w.resolved
        and scan.token_at(w.start) < mention.at
        and speech_date(scan, w)
    ]
    if said and mention.when is None and not mention.definite:
        mention.when = said[-1]


def speech_date(scan: Scan, when: When) -> bool:
    """Whether a time expression dates what is said rather than what happened: "said Saturday", "in a statement on Friday"."""
    lows = scan.sentence.lows
    k = scan.token_at(when.start)
    before = [
        low for low in lows[max(0, k - 5) : k] if low not in ("on", "earlier", "late", "early", "the", "at", "in", "a")
    ]
    if before and before[-1] in _SPEAKING or (len(before) > 1 and before[-2] in ("told",)):
        return True
    after = lows[scan.token_at(when.end) : scan.token_at(when.end) + 2]
    if (
        after
        and after[0] in ("said", "announced", "claimed", "told", "tweeted", "denied", "called", "that")
        and when.precision == "day"
    ):
        return after[0] != "that"
    return any(low in ("claimed", "announced") for low in lows[max(0, k - 3) : k])


def places_of(scan: Scan) -> list[Place]:
    """The places of a sentence that may locate something, in order."""
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    found: list[Place] = []
    for name in scan.names:
        place = _place(scan, name, found)
        if place is not None:
            found.append(place)
    taken = {k for place in found for k in range(place.i, place.j)} | {
        k for name in scan.names for k in range(name.i, name.j) if name.who is not None and not name.where
    }
    for k in range(1, len(tokens)):
        if (
            lows[k - 1] in ("in", "at", "near", "outside", "on", "from")
            and tokens[k].capital
            and k not in taken
            and tokens[k].text.isalpha()
        ):
            j = k
            while (
                j < len(tokens)
                and (tokens[j].capital and tokens[j].text[0].isalpha() or lows[j] in _PLACE_WORDS)
                and j - k < 6
                and j not in taken
            ):
                j += 1
            if j > k and (lows[j - 1] in _PLACE_WORDS):
                text = " ".join(t.text for t in tokens[k:j])
                found.append(Place(k, j, text, (), 2))
    return sorted(found, key=lambda place: place.i)


def _struck(scan: Scan, name: Name) -> bool:
    """Whether a town is what a verb of attack hits: "hit Kharkiv", "Tel Aviv was struck"."""
    return any(
        act.section == "attack" and (0 <= act.group_start - name.j <= 8 if act.passive else act.j == name.i)
        for act in scan.acts
    )


_PLACE_WORDS = frozenset(
    "town village city district province street road square airport base camp port neighborhood neighbourhood governorate county island market prison hospital university church mosque bridge valley region".split()
)
_LOCATIVE = frozenset(
    "in at near outside around inside off from across of over throughout on to into toward towards hit between along through above within".split()
)


def _place(scan: Scan, name: Name, earlier: list[Place]) -> Place | None:
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    if not name.where or (name.metonym and name.i and lows[name.i - 1] not in _LOCATIVE | {"of"}):
        return None
    found_before = any(other.where and other.j == name.i - 1 for other in scan.names)
    text = " ".join(t.text for t in tokens[name.i : name.j])
    before = lows[name.i - 1] if name.i else ""
    i = name.i
    while i > 0 and (
        lows[i - 1]
        in (
            "the",
            "southern",
            "northern",
            "eastern",
            "western",
            "central",
            "north",
            "south",
            "east",
            "west",
            "northeastern",
            "northwestern",
            "southeastern",
            "southwestern",
            "downtown",
            "nearby",
            "border",
            "city",
            "town",
            "village",
            "province",
            "capital",
            "coast",
            "port",
            "embassy",
            "u.s.",
            "al-",
            "two",
            "iraqi",
            "a",
            "bases",
            "base",
            "air",
        )
        or lows[i - 1].isdigit()
    ):
        i -= 1
    before = lows[i - 1] if i else ""
    adjective = name.who is not None and name.who.adjective
    if adjective:
        return None
    following = lows[name.j] if name.j < len(lows) else "."
    if (
        text.isupper()
        and len(text) <= 4
        and not (
            before in ("in", "inside", "across", "from")
            and (following in PREPOSITIONS or not following[0].isalpha() or following in ("and", "that", "when"))
        )
    ):
        return None  # "U.S. embassy" is not in the United States
    town = all(where.town for where in name.where)
    options = name.where
    if name.who is not None and name.who.kind not in ("state",) and town:
        return None  # a person or a group of that name
    precise = [w for w in options if not w.town]
    rank = {"site": 3, "city": 2, "district": 2, "admin1": 1, "country": 0, "sea": 1, "region": 0, "several": 0}.get(
        (precise or list(options))[0].precision, 0
    )
    listed = before in ("and", ",", "or") and any(i - 2 <= p.j <= i for p in earlier)
    if town:
        after = lows[name.j] if name.j < len(lows) else ""
        nextname = scan.name_at(name.j + 1) if after == "," else None
        if not (
            before in _LOCATIVE
            and before not in ("to",)
            or listed
            or _struck(scan, name)
            or (nextname is not None and nextname.where)
            or after in ("province", "city", "district", "airport", "'s")
        ):
            return None
        if (
            before == "of"
            and name.i
            and lows[name.i - 2] not in _PLACE_WORDS
            and max(w.population for w in options) < 300_000
        ):
            return None
    if (
        name.who is not None
        and name.who.kind == "state"
        and not (
            before in ("in", "across", "inside", "near", "from", "outside", "throughout", "off")
            or (
                before in _LOCATIVE
                and (
                    following in PREPOSITIONS
                    or following in ("and", "or", "that", "which", "when", "while", "after", "who")
                    or not following[0].isalpha()
                )
            )
            or listed
            or (name.i and lows[name.i - 1] == "," and found_before)
        )
    ):
        return None
    if (
        before == "of"
        and name.i
        and lows[max(0, i - 2) : i - 1]
        and (lows[i - 2] in _DIRECTIONS or lows[name.i - 2] in _DIRECTIONS)
        or (i < name.i and lows[i] in _DIRECTIONS and before == "of")
    ):
        rank = max(0, rank - 1)  # "south of Baghdad" is not in it
    return Place(name.i, name.j, text, options, rank)


_DIRECTIONS = frozenset(
    "north south east west northeast northwest southeast southwest miles kilometers kilometres km outside".split()
)
