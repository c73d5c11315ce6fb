"""Who attacked, and whom or what, in one piece of a sentence."""

from __future__ import annotations

from eventdb.coder import words
from eventdb.coder.clauses import Piece, is_trigger
from eventdb.coder.mentions import STRIKES, Mention
from eventdb.coder.parties import ARMED, FORCES, GROUPS, MAY_ATTACK, Party, principal
from eventdb.coder.scan import ARTICLES, DETERMINERS, PREPOSITIONS, Act, Noun, Scan, governed
from eventdb.coder.senders import from_territory, met_in_the_air, next_to, sender
from eventdb.coder.speech import Speech
from eventdb.coder.triggers import TANGIBLE, phrase_start

_NOT_BY_ATTACKER = words.entries("roles", "not by the attacker")
_ORDERS = words.entries("roles", "orders")
_SAYING = frozenset(form for kind in ("say", "believe") for form in words.verbs("speech", kind))
_ENDS_SUBJECT = (_SAYING - words.entries("roles", "no end of a subject")) | {";", ":"}
_ENDS_OWNING = PREPOSITIONS | DETERMINERS | {",", "and", "that", "when", "as"}
_LEADERS = words.entries("roles", "leaders")
_BEFORE_PHRASE = PREPOSITIONS - words.entries("roles", "before a subject")
_BEFORE_TARGET = words.entries("roles", "before a target")
_NOUNS_OF_DOING = words.entries("roles", "nouns of doing")
_SPEAKING = words.entries("timing", "speaking")
_ENDS_THING = PREPOSITIONS | ARTICLES | {",", ".", ";", "and"}
_DOING = frozenset({"attack", "fire", "conduct", "kill", "abduct", "down", "harm", "explode", "plant"})
_DONE = _DOING | {"land", "wound", "die", "clash"}  # sections of verbs of which "by" tells who did it
_ENDS_PASSIVE = frozenset({",", ";", "and", "but", "that", "which", "who", "after", "before", "when", "while", "said"})
_ENDS_OBJECT = frozenset({",", ";", "and", "as", "when", "while", "after", "before", "but", "that", "who", "which"})
_NEAR = 6  # tokens between a verb and its object
_PLACING = words.entries("parties", "of a town") - {"of", "city"}
_ADJECTIVAL = ("ern", "ish", "ese", "ous", "ist", "ic", "ive")
_BODIES = words.entries("roles", "bodies of people")
_FIGHTS = words.entries("roles", "fights")
_ENDS_TARGET = frozenset(
    {";", "—", "said", "told", "says", "after", "before", "when", "while", "that", "which", "who", "where"}
)
_SHORT = 4  # letters: "red" and "shed" are no participles
_THE_GROUP = words.entries("roles", "the group")
_ITSELF = (["it"], ["they"], ["we"])
_OWN = frozenset({"its", "their", "our"})
_WORST = words.entries("triggers", "worst")
_REACH = 12  # tokens in which an object, a subject or what follows "on" is looked for


# --- who -----------------------------------------------------------------------------------------------------------


def agent(scan: Scan, piece: Piece, mention: Mention, acts: list[Act], parties: list[Party]) -> Party | None:
    """Who attacked: after "by", before the noun, as the subject of a verb, or as the owner of what landed."""
    if piece.link == "which":
        return next((p for p in reversed(parties) if p.j <= piece.i), None)
    met = next((m for a in acts if piece.i <= a.i < piece.j and (m := met_in_the_air(scan, a, parties))), None)
    if met is not None:
        return sender(scan, piece, met, parties)
    found = _by_passive(scan, acts, parties) or _after_by(scan, piece, mention.at, parties)
    found = found or from_territory(scan, piece, parties)
    if found is None and mention.noun is not None:
        found = (
            _before_noun(scan, mention.noun, parties)
            or _before_earlier(scan, piece, mention.noun, parties)
            or _ordered(scan, piece, mention.noun, parties)
            or _conducting(scan, piece, mention.noun, parties)
        )
    if found is None:
        found = _of_verbs(scan, piece, mention, acts, parties) or _in_clash(scan, piece, parties)
    act = mention.act
    if found is None and act is not None and act.form == "ing" and act.section not in ("land", "explode"):
        return None if act.passive else _of_participle(scan, piece, act, parties)
    return found


def speaker_himself(
    scan: Scan, piece: Piece, mention: Mention, speeches: list[Speech], parties: list[Party]
) -> Party | None:
    """ "The group said it carried out the attack", "said two of its fighters shot": who speaks says that he did it."""
    lows = scan.sentence.lows
    doing = [
        a
        for a in scan.acts
        if piece.i <= a.i < piece.j and a.section in _DOING and not a.passive
        if (a.i <= mention.at or mention.act is a) and met_in_the_air(scan, a, parties) is None
    ]
    for act in doing:
        start = act.group_start
        pronoun = lows[start - 1 : start]
        if lows[start - 2 : start - 1] == ["the"] and lows[start - 1] in _THE_GROUP:
            pronoun = ["it"]  # "a spokesman said the group had targeted the ship"
        owned = any(lows[k] in _OWN for k in range(max(piece.i, start - 4), start))
        if pronoun not in _ITSELF and not owned:
            continue
        told = [s for s in speeches if piece.i <= s.k < act.i]
        # "it launched a strike, the ministry said": only who fights is likely to be the "it" before him
        told = told or [s for s in speeches if s.k > act.j and s.party is not None and s.party.kind in GROUPS]
        speaker = principal(told[-1].party) if told and told[-1].party is not None else None
        if speaker is None or speaker.described or speaker.kind not in MAY_ATTACK:
            continue
        other = mention.agent is not None and mention.agent.kind in GROUPS and told[-1].k < mention.agent.i < start
        if not (pronoun in _ITSELF and other):  # "said that Hamas fighters, when they struck": they are not who says it
            return speaker
    return _teller_of_strike(piece, mention, speeches, parties)


def _teller_of_strike(piece: Piece, mention: Mention, speeches: list[Speech], parties: list[Party]) -> Party | None:
    """ "The Israeli military said a strike killed a Hezbollah commander": forces that tell of a blow to their enemy."""
    noun = mention.noun
    if noun is None or not mention.by_noun or mention.agent is not None or noun.section not in STRIKES:
        return None
    told = [s for s in speeches if piece.i <= s.k < noun.i and s.kind == "say" and s.party is not None]
    speaker = told[-1].party if told else None
    enemy = any(p.i > mention.at and p.kind in ARMED for p in parties)
    return speaker if speaker is not None and speaker.kind == "state_force" and enemy else None


def may_act(scan: Scan, party: Party) -> bool:
    """Whether a party may be who attacked: no news agency, no body that only speaks; but "African Union troops"."""
    if party.kind != "organisation" or principal(party).kind != "organisation":
        return True
    return bool(FORCES & set(scan.sentence.lows[party.j : party.j + 1]))


def _after_by(scan: Scan, piece: Piece, at: int, parties: list[Party]) -> Party | None:
    """ "An attack on a base by rebels", "rockets fired late on Monday by a militia"; but not "condemned by"."""
    lows = scan.sentence.lows
    other = next((n.i for n in scan.nouns if n.kind == "event" and n.i > at), len(lows))  # "strikes … attacks by X"
    for k in range(at, min(piece.j, at + 14, other)):
        if lows[k] == "by" and not _of_another_deed(scan, k):
            party = next_to(scan, parties, k + 1)
            if party is not None:
                return party
    return None


def _of_another_deed(scan: Scan, k: int) -> bool:
    """Whether the "by" at token k follows a participle that is no attack: "condemned by", "replaced in March by"."""
    lows = scan.sentence.lows
    for n in range(k - 1, max(-1, k - 4), -1):
        if lows[n] in _NOT_BY_ATTACKER:
            return True
        act = next((a for a in scan.acts if a.i <= n < a.j), None)
        if act is not None:
            return act.section not in _DONE
        if lows[n].endswith("ed") and len(lows[n]) > _SHORT and scan.at.get(n) is None:
            return scan.name_at(n) is None and not scan.sentence.tokens[n].capital
        if scan.at.get(n) is not None or lows[n] == ",":
            return False
    return False


def _by_passive(scan: Scan, acts: list[Act], parties: list[Party]) -> Party | None:
    """ "Three were killed by gunmen in an attack", "was hit again on Monday by rebels"."""
    lows = scan.sentence.lows
    for verb in acts:
        if not verb.passive:
            continue
        following = range(verb.j, min(verb.j + _REACH, len(lows)))
        k = next((n for n in following if lows[n] == "by" or lows[n] in _ENDS_PASSIVE), None)
        if k is not None and lows[k] == "by" and not any(verb.j <= a.i < k for a in scan.acts):
            party = next_to(scan, parties, k + 1)
            if party is not None:
                return party
    return None


def _ordered(scan: Scan, piece: Piece, noun: Noun, parties: list[Party]) -> Party | None:
    """ "Strikes that the president ordered", "on orders from the president"."""
    lows = scan.sentence.lows
    if lows[noun.j : noun.j + 1] in (["that"], ["which"]):
        acts = [a for a in scan.acts if a.section in ("conduct", "fire") and noun.j < a.i <= noun.j + 7]
        verb = next((a for a in acts if not a.passive), None)
        subjects = [p for p in parties if verb is not None and noun.j < p.i and p.j <= verb.group_start]
        if subjects:
            return subjects[-1]
    for k in range(piece.i, piece.j - 1):
        if lows[k] in _ORDERS and lows[k + 1] in ("from", "of", "by"):
            commander = next((p for p in parties if k < p.i <= k + 4), None)
            if commander is not None:
                return commander
    return None


def allies(scan: Scan, mention: Mention, parties: list[Party]) -> list[Party]:
    """Those joined to the agent by "and": "American and British air strikes"."""
    lows, agent = scan.sentence.lows, mention.agent
    found: list[Party] = []
    for party in parties if agent is not None else ():
        if agent is None or party.name == agent.name or party.kind == "person" or party.described:
            continue
        a, b = sorted((party, agent), key=lambda p: p.i)
        joined = [low for low in lows[a.j : b.i] if low not in DETERMINERS] == ["and"]
        # "near Turkey and Russia's shelling" joins nobody
        if joined and not governed(lows, a.i) and lows[b.j : b.j + 1] != ["'s"]:
            found.append(party)
    return found


def _before_noun(scan: Scan, noun: Noun, parties: list[Party]) -> Party | None:
    """ "A Houthi attack", "Turkey's strikes"; but "the Jordan attack" is in Jordan."""
    start = phrase_start(scan, noun)
    owner = scan.sentence.lows[start : start + 1] == ["'s"]  # "Iran's January 8 attack"
    for party in parties:
        if not (start <= party.i < noun.j or (owner and party.j == start)) or party.kind == "person":
            continue
        if party.described and party.kind in ("state_force", "umbrella") and noun.i - party.j > 1:
            continue  # "the coalition regarding Saturday's attack"
        name = scan.name_at(party.i)
        possessive = scan.sentence.lows[party.j : party.j + 1] == ["'s"]
        worst = possessive and bool(_WORST & set(scan.sentence.lows[party.j + 1 : party.j + 2]))
        if worst and party.kind == "state" and noun.section not in STRIKES | {"raid"}:
            continue  # "Norway's deadliest attack" was one on Norway; its deadliest strike its own
        bare = name is not None and name.who is not None and not name.who.adjective and not possessive
        if bare and party.kind == "state" and party.country != "US":
            continue
        return party
    return None


def _before_earlier(scan: Scan, piece: Piece, noun: Noun, parties: list[Party]) -> Party | None:
    """ "A Russian strike killed two in one of many air raids": whose the attack is that is told before the noun."""
    earlier = [n for n in scan.nouns if piece.i <= n.i < noun.i and is_trigger(n) and not n.plural]
    return next((party for n in earlier if (party := _before_noun(scan, n, parties)) is not None), None)


def _conducting(scan: Scan, piece: Piece, noun: Noun, parties: list[Party]) -> Party | None:
    """The subject of the verb that conducts the attack: "the army carried out strikes"."""
    for verb in scan.acts:
        near = noun.i - verb.j <= 10 or any(n.kind == "event" and 0 <= n.i - verb.j <= _NEAR for n in scan.nouns)
        if piece.i <= verb.i < noun.i and near and verb.section in ("conduct", "fire") and not verb.passive:
            subject = _subject(scan, piece, verb, parties)
            if subject is not None:
                return subject
    return None


def _of_verbs(scan: Scan, piece: Piece, mention: Mention, acts: list[Act], parties: list[Party]) -> Party | None:
    """The subject of an active verb, or the owner of the weapon that landed."""
    noun = mention.noun
    inside = [a for a in scan.acts if piece.i <= a.i < piece.j and a.section in _DOING and a.section != "conduct"]
    planted = [a for a in inside if a.section == "plant"]  # "planted the bomb that killed eight"
    for verb in (*acts, *planted) if acts else inside:
        found = None
        if verb.section == "land":
            weapons = [w for w in scan.nouns if w.kind == "weapon" and w.i < verb.i]
            found = next((p for p in parties if weapons and p.j in (weapons[-1].i, weapons[-1].j)), None)
        elif noun is not None and verb.i > noun.i and verb.section in ("kill", "attack", "harm"):
            continue  # "an attack that killed": the noun is its subject
        elif not verb.passive:
            found = _subject(scan, piece, verb, parties)
        if found is not None:
            return found
    return None


def _in_clash(scan: Scan, piece: Piece, parties: list[Party]) -> Party | None:
    """ "Two soldiers died in clashes with rebels", "rebels were shot in an encounter with troops": the other side."""
    lows = scan.sentence.lows
    hurt = any(
        piece.i <= a.i < piece.j and (a.section == "die" or (a.passive and a.section in ("kill", "wound", "attack")))
        for a in scan.acts
    )
    for k in range(piece.i, piece.j) if hurt else ():
        if lows[k] in ("with", "against") and _FIGHTS & set(lows[max(piece.i, k - 3) : k]):
            return next_to(scan, parties, k + 1)
    return None


def _of_participle(scan: Scan, piece: Piece, act: Act, parties: list[Party]) -> Party | None:
    """ "Gunmen, firing from a car, …"."""
    lows = scan.sentence.lows
    before = next((p for p in parties if piece.i <= p.i < act.i and not _SPEAKING & set(lows[p.j : act.i])), None)
    return (
        before
        if before is not None and not _in_phrase(scan, before) and not _is_object(scan, piece, before, act)
        else None
    )


def _is_object(scan: Scan, piece: Piece, party: Party, verb: Act) -> bool:
    """Whether a party before a verb is the object of an earlier one: "a bomb hit an army post, killing two"."""
    lows = scan.sentence.lows
    return any(
        piece.i <= act.i < party.i
        and act is not verb
        and not act.passive
        and act.section in _DOING
        and party.i - act.j <= _NEAR
        and not _ENDS_OBJECT & set(lows[act.j : party.i])
        for act in scan.acts
    )


def _in_phrase(scan: Scan, party: Party) -> bool:
    """Whether a party stands inside a prepositional phrase, so that it is no subject."""
    lows = scan.sentence.lows
    i = party.i
    dated = scan.dated()  # "in 2013 gunmen"
    while i > 0 and i - 1 not in dated and _opens_noun(lows[i - 1]):
        i -= 1
    quantity = next((q for q in scan.quantities if q.i < i <= q.j), None)
    if quantity is not None:
        i = quantity.i
    if i > 1 and lows[i - 1] == "of" and lows[i - 2] in _BODIES:
        return False  # "a team of Taliban fighters", "members of the group"
    return i > 0 and i - 1 not in dated and lows[i - 1] in _BEFORE_PHRASE


def _opens_noun(low: str) -> bool:
    """Whether a word may stand before a noun within its phrase."""
    return low in DETERMINERS or low.isdigit() or _is_adjective(low)


def _is_adjective(low: str) -> bool:
    """Whether a word looks like an adjective: "the northeastern Ukrainian region", "on well-armed militants"."""
    return "-" in low or low in _PLACING or low.endswith(_ADJECTIVAL)


def _subject(scan: Scan, piece: Piece, verb: Act, parties: list[Party]) -> Party | None:
    lows = scan.sentence.lows
    relative = lows[verb.group_start - 1 : verb.group_start] in (["which"], ["that"])
    head = verb.group_start - 1 - (lows[max(0, verb.group_start - 2)] == ",")
    if relative and any(n.kind in ("weapon", "event") and n.j == head for n in scan.nouns):
        return None  # "Iran made the drone which hit a base", "the bombings, which left 32 dead": no party's verb
    if lows[verb.group_start - 1 : verb.group_start] in (["they"], ["who"]):
        # "four rebels were shot as they overran a fort"
        before = [p for p in parties if p.j <= verb.group_start and not _in_phrase(scan, p)]
        return before[-1] if before else None
    if verb.form == "ing" and lows[verb.group_start - 1 : verb.group_start] == ["by"]:
        # "the coalition helped the Kurds by striking": the subject of the whole clause
        return next((p for p in parties if piece.i <= p.i < verb.group_start and not _in_phrase(scan, p)), None)
    end = verb.group_start
    apposed = next((p for p in parties if p.j == end - 1 and lows[p.j] == "," and "," in lows[p.i : p.j]), None)
    if apposed is not None:
        return apposed  # "a militant group, X, attacked"
    if lows[end - 1 : end] == [","]:  # "Hamas, which Tehran backs, invaded"
        end = next((n for n in range(end - 2, piece.i, -1) if lows[n] == ","), end)
    headless = any(a.group_start == piece.i for a in scan.acts) and piece.link == "and"
    if headless and lows[piece.i - 1 : piece.i] != [","]:
        # "protesters angry about strikes on a militia torched a post"
        return next((p for p in parties if p.crowd and p.j <= piece.i and not _in_phrase(scan, p)), None)
    of_himself = lows[verb.group_start - 1 : verb.group_start] in _ITSELF  # "the army did say it had fired"
    for party in reversed(parties):
        if party.i < piece.i or party.j > end or _in_phrase(scan, party):
            continue
        between = lows[party.j : end]
        ends = _ENDS_SUBJECT - _SAYING if of_himself else _ENDS_SUBJECT
        if ends & set(between) or _is_object(scan, piece, party, verb):
            continue
        if _by_itself(scan, party, verb):
            continue
        if between and between[0] != "," and _other_person(scan, party.j, verb.group_start):
            continue
        return party
    return None


def _by_itself(scan: Scan, party: Party, verb: Act) -> bool:
    """Whether a weapon stands nearer to the verb that is not the party's: "officials fear a mine killed two"."""
    nearer = [n for n in scan.nouns if party.j <= n.i and n.j == verb.group_start and n.kind == "weapon"]
    if not nearer:
        return False
    between = scan.sentence.lows[party.j : nearer[0].i]
    return bool(_ENDS_OWNING & set(between))


def _other_person(scan: Scan, i: int, j: int) -> bool:
    """Whether a person who leads nobody stands between tokens i and j: "a U.S. contractor was"."""
    return any(
        n.i >= i and n.j <= j and n.kind == "people" and n.section == "civilian" and n.value not in _LEADERS
        for n in scan.nouns
    )


# --- whom ----------------------------------------------------------------------------------------------------------


def targets(
    scan: Scan, piece: Piece, mention: Mention, acts: list[Act], parties: list[Party]
) -> tuple[list[Party], list[str]]:
    """What it was aimed at, as actors and as phrases.

    It is the object of an active verb, the subject of a passive one, and what follows "on", "against" or "at".
    """
    agent_name = mention.agent.name if mention.agent is not None else None
    found: list[Party] = []
    phrases: list[str] = []
    for i, j in _target_spans(scan, piece, mention, acts):
        found += [p for p in parties if i <= p.i < j and p not in found and p.name != agent_name]
        phrase = _thing(scan, i, j)
        if phrase and phrase not in phrases:
            phrases.append(phrase)
    return found, phrases[:2]


def _target_spans(scan: Scan, piece: Piece, mention: Mention, acts: list[Act]) -> list[tuple[int, int]]:
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    spans: list[tuple[int, int]] = []
    for act in acts:
        if act.section in ("attack", "kill", "harm", "abduct", "down"):
            if act.passive:
                spans.append((max(piece.i, act.group_start - _REACH), act.group_start))
            else:
                spans.append((act.j, _target_end(lows, act.j, piece.j)))
    for k in range(max(piece.i, mention.at), min(piece.j, mention.at + _REACH + 1)):
        if lows[k] not in _BEFORE_TARGET or (lows[k] == "of" and lows[k - 1] not in _NOUNS_OF_DOING):
            continue
        start = tokens[min(k + 1, len(tokens) - 1)].start
        if not any(w.start <= start < w.end for w in scan.whens):
            end = _target_end(lows, k + 1, piece.j)
            spans.append((k + 1, next((n for n in range(k + 2, end) if lows[n] == ","), end)))
    return spans


def _target_end(lows: list[str], k: int, end: int) -> int:
    """Where the phrase of a target that begins at token k ends at the latest."""
    reach = range(k, min(end, k + _REACH))
    return next((n for n in reach if n > k and lows[n] in _ENDS_TARGET), reach.stop)


def _thing(scan: Scan, i: int, j: int) -> str | None:
    """The phrase round a thing or people that can be hit."""
    lows = scan.sentence.lows
    for k in range(i, j):
        noun = scan.at.get(k)
        if lows[k] in TANGIBLE or (noun is not None and noun.kind == "people"):
            start = k
            while start > i and k - start < 6 and lows[start - 1] not in _ENDS_THING:
                start -= 1
            return scan.sentence.words(start, k + 1)
    return None
