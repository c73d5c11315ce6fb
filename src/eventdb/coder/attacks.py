"""The attacks that a sentence mentions: each piece's trigger, whether it is real, who, whom, where, when, with what.

Each piece with a trigger gives one mention; what did not happen, or is many at once, is marked and not left out.
"""

from __future__ import annotations

from itertools import pairwise

from eventdb.coder import (
    event_types,
    idioms,
    interceptions,
    locating,
    naming,
    realis,
    roles,
    timing,
    triggers,
    words,
)
from eventdb.coder.clauses import Piece, is_trigger, pieces
from eventdb.coder.figure import Figure
from eventdb.coder.mentions import GENERIC, Mention
from eventdb.coder.parties import Party
from eventdb.coder.places import Place
from eventdb.coder.scan import BE, DETERMINERS, Act, Noun, Scan
from eventdb.coder.speech import Speech

_DEFINITE = words.entries("triggers", "definite")
_TAKING_UP = words.entries("triggers", "taking up")
_SOUNDS = words.entries("triggers", "sounds")
_SUPERLATIVE = words.entries("triggers", "superlative")
_ATTACKERS = words.entries("triggers", "attackers")
_ALSO_ATTACKERS = words.entries("triggers", "attackers if known")
_REACTING = words.entries("triggers", "reacting")
_ANOTHER = words.entries("triggers", "another")
_EARLIER = words.entries("triggers", "earlier")
_COMMENT = frozenset({"comment", "comments", "commented", "commenting"})
_ARTICLES = frozenset({"a", "an", "the"})
_ONE_OF = frozenset({"one", "of", "among"})
_BECAME = frozenset({"marked", "became", "marks", "being"})
_IS = BE | _BECAME
_LOCATING = (["on"], ["in"], ["at"], ["near"], ["against"], ["by"])
_SHOWN = words.entries("triggers", "shown")
_CAPTION = 6  # tokens at the head of a caption within which its verb stands
_OTHER_DEEDS = frozenset({"after", "before", "since", "responds"})  # ties whose clause tells of another deed
_PERSONAL = (["they"], ["he"], ["she"], ["it"])


def find(
    scan: Scan,
    parties: list[Party],
    places: list[Place],
    figures: list[Figure],
    speeches: list[Speech],
    *,
    forces: list[Party],
) -> list[Mention]:
    """The mentions of a sentence, real or not, in order; `forces` are those named without their owner."""
    cut = pieces(scan)
    located = {k for place in places if place.rank == 0 for k in range(place.i, place.j)}
    # "in Quito, Ecuador, …" is where it was
    acting = [
        p for p in parties if roles.may_act(scan, p) and (p.kind != "state" or p.j - p.i > 1 or p.i not in located)
    ]
    acting = sorted([*acting, *forces], key=lambda party: party.i)
    found = [
        m
        for piece in cut
        if (m := _mention(scan, piece, (parties, acting), places, speeches, figures=figures)) is not None
    ]
    for earlier, mention in pairwise(found):
        if _is_apposition(scan, earlier, mention):
            mention.anaphor = mention.definite = True
        since = "since" in scan.sentence.lows[earlier.at : mention.i]  # "the first since May 7, when": another one
        if mention.link == "when" and earlier.anaphor and mention.where is None and not since:
            mention.where = earlier.where  # "the attack happened in Kano, when gunmen opened fire"
    locating.opening(scan, cut, found, places)
    if len(found) == 1 and found[0].where is None:
        found[0].where = locating.beside(scan, found[0], places, figures)
    holders = [m for m in found if not m.unreal and not m.aggregate] or found
    elsewhere = [p for p in cut if p.link in _OTHER_DEEDS and not any(m.i == p.i for m in found)]
    for figure in figures:
        if any(p.i <= figure.at < p.j for p in elsewhere):
            continue  # "since an offensive left 100 dead": those of another deed
        if holders and not any(figure in m.figures for m in found):
            nearest = min(holders, key=lambda m: min(abs(figure.at - m.i), abs(figure.at - m.j)))
            nearest.figures.append(figure)
    for mention in found:
        mention.when = timing.when_of(mention, cut, alone=len(found) == 1)
        if mention.retold and mention.when is None and mention.where is None:
            mention.definite = True  # without a day and a place, one that is known
    return found


def _is_apposition(scan: Scan, earlier: Mention, mention: Mention) -> bool:
    """ "A soldier was shot, an attack that the army blamed on …": the second says what the first was."""
    lows, noun = scan.sentence.lows, mention.noun
    if noun is None or not mention.by_noun or earlier.j != mention.i or lows[mention.i] != ",":
        return False
    opens = lows[mention.i + 1] in _ARTICLES and noun.section in GENERIC and noun.i - mention.i <= 4
    return opens and not noun.plural and lows[noun.j : noun.j + 1] not in _LOCATING


def _mention(
    scan: Scan,
    piece: Piece,
    who: tuple[list[Party], list[Party]],
    places: list[Place],
    speeches: list[Speech],
    *,
    figures: list[Figure],
) -> Mention | None:
    """The mention of a piece: by its noun, or by its verb where the noun is none or did not happen.

    `who` are all parties of the sentence, and those of them that may have acted.
    """
    parties, acting = who
    nouns = [n for n in scan.nouns if piece.i <= n.i < piece.j and is_trigger(n)]
    instead = {n.i: idioms.of_noun(scan, n, triggers.phrase_start(scan, n)) for n in nouns}
    nouns = [n for n in nouns if instead[n.i] is None]
    acts = [a for a in scan.acts if piece.i <= a.i < piece.j and triggers.is_attack(scan, a, piece)]
    if not nouns and idioms.ACCIDENT in instead.values():
        acts = []  # "a gas leak caused an explosion that killed four"
    if not nouns and not acts:
        one = _one(scan, piece, parties, places) if piece.link == "including" else None
        if one is not None:
            one.figures = [figure for figure in figures if piece.i <= figure.at < piece.j]
        return one
    ranking = _ranking(scan, piece)
    if any(n.i < ranking for n in nouns) or any(a.i < ranking for a in acts):
        nouns, acts = [n for n in nouns if n.i < ranking], [a for a in acts if a.i < ranking]
    acts = [a for a in acts if realis.unreal_act(scan, a) is None] or acts  # "was planted and failed to explode"
    mention = _drafted(scan, piece, nouns, acts, who)
    if mention.act is not None and mention.by_noun and _is_one_of_many(scan, mention):
        mention = _drafted(scan, piece, [], acts, who)
    if acts and mention.by_noun and (unreal := realis.unreal(scan, piece, mention)) is not None:
        # "downed a drone, bringing him to the verge of a strike": the noun is unreal, the verb is not
        mention = _drafted(scan, piece, [], acts, who)
        mention.verb_for_noun = unreal
    himself = roles.speaker_himself(scan, piece, mention, speeches, acting) if not mention.intercepted else None
    mention.agent, mention.own_account = himself or mention.agent, himself is not None
    if mention.by_noun and mention.noun is not None and mention.agent is not None and mention.agent.j < mention.noun.i:
        between = scan.sentence.lows[piece.i : mention.noun.i]
        if _COMMENT & set(between) and mention.agent.i < triggers.phrase_start(scan, mention.noun):
            mention.agent = None  # "no comment from the army on the attack"
    aimed = [a for a in acts if a.section != "down"] if mention.intercepted else acts
    mention.targets, mention.target_words = roles.targets(scan, piece, mention, aimed, parties)
    mention.where = None if _is_ranked(scan, mention) else locating.where(scan, piece, mention, places)
    mention.figures = [figure for figure in figures if piece.i <= figure.at < piece.j]
    mention.known_by = naming.of(mention)
    mention.of_attackers = _is_of_attackers(mention)
    if mention.anaphor and mention.by_noun and mention.where is not None:
        elsewhere = mention.i + 2 < mention.where.i < mention.at - 3
        mention.where = None if elsewhere else mention.where  # "the pope, due in Cairo in May, condemned the attack"
    if mention.verb_for_noun is not None and mention.where is not None and nouns:
        behind = mention.act is not None and mention.act.i < nouns[0].i < mention.where.i
        mention.where = None if behind else mention.where  # "died training for an attack in X"
    mention.unreal = realis.unreal(scan, piece, mention)
    mention.aggregate = realis.aggregate(scan, piece, mention)
    return mention


def _is_of_attackers(mention: Mention) -> bool:
    """ "Police shot dead all four attackers": no attack of its own, but how one ended."""
    act, lows = mention.act, mention.scan.sentence.lows
    if mention.noun is not None or act is None or act.section != "kill":
        return False
    whom = lows[max(mention.i, act.group_start - 4) : act.group_start] if act.passive else lows[act.j : act.j + 5]
    known = bool({"the", "both", "all"} & set(whom))
    return bool(_ATTACKERS & set(whom)) or (known and bool(_ALSO_ATTACKERS & set(whom)))


def _is_one_of_many(scan: Scan, mention: Mention) -> bool:
    """ "Stormed a post in one of the deadliest attacks in months": the verb tells the attack, the noun its rank."""
    noun, act, lows = mention.noun, mention.act, scan.sentence.lows
    if noun is None or act is None or not noun.plural or act.j > noun.i:
        return False
    before = lows[max(act.j, noun.i - 6) : noun.i]
    start = triggers.phrase_start(scan, noun)
    counted = not act.passive and any(act.j <= q.i <= act.j + 4 for q in scan.quantities)
    loose = noun.section in ("attack", "raid") and lows[start - 1] == "in" and lows[start] not in DETERMINERS
    if act.section == "kill" and counted and loose:
        return True  # "killed 14 people in raids on two villages"
    return any(before[k : k + 2] in (["one", "of"], ["latest", "in"], ["latest", "of"]) for k in range(len(before)))


def _ranking(scan: Scan, piece: Piece) -> int:
    """Where an apposition that ranks what was told begins: "fired two rockets, the first time that …"."""
    lows = scan.sentence.lows
    if _SUPERLATIVE.isdisjoint(lows):
        return piece.j
    return next(
        (k for k in range(piece.i + 1, piece.j - 2) if lows[k : k + 2] == [",", "the"] and lows[k + 2] in _SUPERLATIVE),
        piece.j,
    )


def _is_ranked(scan: Scan, mention: Mention) -> bool:
    """ "It was the deadliest attack in the country since May": told before, and the place is that of the ranking."""
    noun, lows = mention.noun, scan.sentence.lows
    if noun is None or not mention.by_noun or noun.plural:
        return False
    start = triggers.phrase_start(scan, noun)
    while start > mention.i and (lows[start - 1] in _ARTICLES or lows[start - 1] in _ONE_OF):
        start -= 1
    ranked = bool(_SUPERLATIVE & set(lows[start : noun.i]))
    return ranked and start > mention.i and lows[start - 1] in _IS


def _drafted(
    scan: Scan, piece: Piece, nouns: list[Noun], acts: list[Act], who: tuple[list[Party], list[Party]]
) -> Mention:
    """A mention with its trigger, agent, type, weapon and how its noun takes up what was told."""
    parties, acting = who
    weapons = [n for n in scan.nouns if piece.i <= n.i < piece.j and n.kind == "weapon"]
    claimed = [n for n in nouns if _is_claimed(scan, n)]
    noun, act = triggers.main_noun(claimed or nouns), triggers.main_act(acts)
    if noun is not None and act is not None and (noun.section == "clash" or act.section == "down"):
        noun = None
    mention = Mention(scan, piece.i, piece.j, _trigger(noun, act, piece), "", "", noun, act, link=piece.link)
    if noun is None and act is not None and not any(p.j < act.group_start for p in parties):
        # "they shot everyone": the story goes on
        mention.definite = scan.sentence.lows[act.group_start - 1 : act.group_start] in _PERSONAL
        mention.anaphor = _takes_up_weapon(scan, act)
        mention.definite = mention.definite or mention.anaphor
    mention.agent = roles.agent(scan, piece, mention, acts, acting)
    downing = next((a for a in acts if a.section == "down"), None) if noun is None else None
    flown = interceptions.sent(scan, piece, downing, mention.agent) if downing is not None else None
    if flown is not None and downing is not None:
        mention.agent, mention.intercepted = interceptions.sender(scan, downing, flown, acting), True
    if noun is None and mention.agent is not None and mention.agent.described and mention.agent.definite:
        mention.definite = True  # "the gunmen then stormed": they were told of
    mention.allies = roles.allies(scan, mention, acting)
    mention.type, mention.rule = event_types.decide(piece, mention, acts, weapons, parties)
    mention.weapon, mention.weapon_count = event_types.weapon_of(scan, weapons, mention.type)
    if flown is not None:
        mention.type, mention.rule, mention.weapon = flown.section, "shot down", flown
    if noun is not None:
        _take_up(scan, mention, noun)
        if noun.value == "killing" and scan.sentence.lows[noun.i - 1] == "for" and _is_claimed(scan, noun):
            mention.anaphor = mention.definite = True  # "claimed responsibility for killing nine people"
        if piece.link == "after" and _SHOWN & set(scan.sentence.lows[:_CAPTION]):
            mention.definite = True  # "Soldiers inspect a site after an attack in X": a photograph of the news
    elif act is not None and "responsibility" in scan.sentence.lows[: act.i]:
        mention.anaphor = mention.definite = True  # "claimed responsibility, saying that its men had fired"
    return mention


def _takes_up_weapon(scan: Scan, act: Act) -> bool:
    """ "The planes struck at dawn", "the rockets hit a house": those of an attack that was told."""
    lows = scan.sentence.lows
    weapon = next((n for n in scan.nouns if n.kind == "weapon" and n.j == act.group_start), None)
    return weapon is not None and weapon.i > 0 and lows[weapon.i - 1] == "the"


def _is_claimed(scan: Scan, noun: Noun) -> bool:
    """ "Claimed responsibility for the attack, saying that its men had fired": the attack is what is spoken of."""
    before = scan.sentence.lows[max(0, noun.i - 4) : noun.i]
    return "responsibility" in before and "for" in before


def _trigger(noun: Noun | None, act: Act | None, piece: Piece) -> int:
    """The token of the trigger: the noun's last, but the verb's where it shoots something down."""
    if noun is not None and (act is None or act.section != "down"):
        return noun.j - 1
    return act.i if act is not None else piece.i


def _take_up(scan: Scan, mention: Mention, noun: Noun) -> None:
    """Whether the noun's phrase takes the attack as known ("the strike"), or only takes it up ("that attack")."""
    lows = scan.sentence.lows
    start = triggers.phrase_start(scan, noun)
    head = lows[start : noun.j]
    told = lows[noun.j : noun.j + 1] in (["that"], ["which"]) and any(noun.j < a.i <= noun.j + 4 for a in scan.acts)
    mention.plural = noun.plural
    # "the airstrike that killed X": its own words say which
    mention.retold = told and head[:1] == ["the"]
    mention.definite = not mention.retold and (
        bool(_DEFINITE & set(head[:-1])) or (start > 0 and lows[start - 1] in ("the", "that", "this"))
    )
    of = lows[noun.j : noun.j + 1] == ["of"]  # "the shelling of X" tells more than "the shelling"
    short = head[0] in _TAKING_UP and (len(head) <= 3 or noun.i - start <= 2)
    mention.anaphor = short and not told and not of and noun.section != "clash"
    sound = noun.value in _SOUNDS and not noun.plural and head[:1] not in (["a"], ["an"])
    mention.earlier = bool(_EARLIER & set(head[:-1])) and not noun.plural
    mention.other = bool(_ANOTHER & set(head[:-1])) and not noun.plural and not _is_ranked(scan, mention)
    mention.reaction = bool(_REACTING & set(lows[max(mention.i, start - 3) : start]))
    if mention.other or mention.earlier:
        mention.anaphor = False
    if _is_ranked(scan, mention) or sound:  # "gunfire was heard": of the attack that is told
        mention.anaphor = mention.definite = True


def _one(scan: Scan, piece: Piece, parties: list[Party], places: list[Place]) -> Mention | None:
    """ "Attacks by militias, including the one in Iraq on Nov. 21": one of the many spoken of just before."""
    lows = scan.sentence.lows
    one = next((k for k in range(piece.i, min(piece.i + 4, piece.j)) if lows[k] == "one"), None)
    many = next((n for n in reversed(scan.nouns) if n.kind == "event" and n.j <= piece.i and n.plural), None)
    if one is None or many is None:
        return None
    weapons = [n for n in scan.nouns if piece.i <= n.i < piece.j and n.kind == "weapon"]
    kind = weapons[0].section if weapons else many.section if many.section not in GENERIC else "other_attack"
    definite = lows[one - 1] == "the"
    mention = Mention(scan, piece.i, piece.j, one, kind, "one of several", link=piece.link, definite=definite)
    start = max((p.i for p in pieces(scan) if p.i < piece.i), default=0)
    whole = Mention(scan, start, piece.i, many.j - 1, kind, "", many)
    mention.agent = roles.agent(scan, Piece(start, piece.i, ""), whole, [], parties)
    mention.where = locating.where(scan, piece, mention, places)
    mention.weapon, mention.weapon_count = event_types.weapon_of(scan, weapons, kind)
    return mention
