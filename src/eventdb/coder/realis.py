"""Whether what a clause speaks of happened, and whether it is one attack or many.

Planned, threatened, feared, denied and hindered attacks are unreal; bare plurals and counts of many are aggregates.
The words are in words/realis.txt.
"""

from __future__ import annotations

from eventdb.coder import idioms, timing, words
from eventdb.coder.clauses import Piece
from eventdb.coder.mentions import STRIKES, Mention
from eventdb.coder.parties import OF_STATE
from eventdb.coder.scan import BE, MODALS, Act, Noun, Scan
from eventdb.coder.triggers import phrase_start
from eventdb.coder.when import DAY, When

_UNREAL = words.entries("realis", "unreal")
_NEGATION = words.entries("realis", "negation")
_UNREAL_WORDS = _UNREAL | _NEGATION
_NO_WORD_OF = _NEGATION - {"denied", "deny"}
_UNREAL_NOUN = words.entries("realis", "unreal before a noun")
_UNREAL_ING = words.entries("realis", "unreal before -ing")
_STARTING = words.entries("realis", "starting")
_HINDERED = words.entries("realis", "hindered")
_GUILTY = words.entries("realis", "guilty")
_USING = words.entries("realis", "using")
_CAUSED = words.entries("realis", "caused")
_ATTEMPT = words.entries("realis", "attempt")
_OPEN = words.entries("realis", "open")
_HABIT = words.entries("realis", "habit")
_MANY = words.entries("realis", "many")
_A_FEW = words.entries("realis", "a few")
_HAPPENED = words.entries("realis", "happened")
_EACH = words.entries("realis", "each")
_DONE_TO = frozenset({"armed_assault", "abduction"})  # sections of events.txt: killing, murder, kidnapping
_THREATS = words.entries("verbal", "vows")
_ONE_OPERATION = STRIKES | {"shelling", "bombing"}  # many of them at one place are told as one
_A_HANDFUL = 3
_OWNING = frozenset({"its", "their", "his", "that", "those"})
_MEANS = 12  # tokens before a deed in which stands what was used for it
_OF_A_YEAR = 300  # so many dead of a whole year are those of no one attack
_CLAUSE_MARKS = frozenset({",", ";", ":", "one", "group", "that", "but", "when", "doubt"})
_SOMETIMES = frozenset({"also", "previously", "often", "repeatedly", "sometimes"})
_POINTING = frozenset({"these", "those"})
_PARTS = words.entries("realis", "parts in it")
_HUNDREDS = frozenset({"hundreds", "thousands"})
_NOT_AT_ONCE = 50  # dead whom, without a place or a day, no one deed left
_FAR = 16  # tokens before a verb in which a stretch of time may open its clause
_MONTH = 31 * DAY
_REACH = 9  # tokens before the trigger in which a word makes it unreal


def unreal(scan: Scan, piece: Piece, mention: Mention) -> str | None:
    """Why it did not happen, where it did not: the word that says so."""
    act, noun = mention.act, mention.noun
    lows = scan.sentence.lows
    if piece.link == "before" and lows[piece.i + 1 : piece.i + 2] == ["being"]:
        return "being"  # "before being shot by police": what became of the attacker
    practised = idioms.exercise(scan, piece)
    if practised is not None:
        return practised
    if act is not None and not mention.by_noun:
        reason = unreal_act(scan, act)
        caused = act.form == "base" and _caused_before(scan.sentence.lows, act.group_start)
        if reason is not None or caused or (act.modal is None and act.form in ("past", "part", "s")):
            return reason or _left_open(scan.sentence.lows, act.group_start, piece.i)
    if noun is not None and mention.by_noun:
        start = phrase_start(scan, noun)
        inside = next((low for low in scan.sentence.lows[start : noun.j] if low in _UNREAL_NOUN), None)
        if inside is not None or _told(scan, piece, noun) or _known_past(scan, noun):
            return inside
        if (modal := _to_come(scan, noun) or _hindered(scan, noun)) is not None:
            return modal
        reason = _unreal_before(scan, piece, start)
        denied = reason == "denied" and bool(_PARTS & set(scan.sentence.lows[max(piece.i, start - 4) : start]))
        known = (denied or reason in _NO_WORD_OF) and mention.definite and _is_known(scan, piece, start)
        return None if known else reason
    else:
        start = act.group_start if act is not None else mention.at
    return _unreal_before(scan, piece, start)


def why(word: str) -> str:
    """In words, why an attack with this word of `unreal` is none."""
    if word == "being":
        return "what became of the attacker in the end"
    if word == "present tense":
        return "told in the present tense: what somebody does, not what was done"
    if word in _THREATS or word in ("threat", "threats"):
        return f"a threat or a call, no deed: “{word}”"
    if word in _OPEN:
        return f"left open whether it was done: “{word}”"
    if word in _NEGATION or word.endswith("n't"):
        return f"negated: “{word}”"
    if word in MODALS:
        return f"hypothetical or to come: “{word}”"
    if word.startswith("to "):
        return f"an aim, no deed: “{word}”"
    return f"planned, feared, hindered or only talked of: “{word}”"


def _caused_before(lows: list[str], k: int) -> bool:
    """Whether an infinitive before token k tells what somebody was brought to do."""
    return any(lows[n] == "to" and _CAUSED & set(lows[max(0, n - 6) : n]) for n in range(max(0, k - 12), k))


def _no_subject(lows: list[str], act: Act) -> bool:
    """ "No rockets were fired": the subject is nothing."""
    start = act.group_start
    return any(lows[k] == "no" and not _CLAUSE_MARKS & set(lows[k:start]) for k in range(max(0, start - 4), start))


def _unreal_before(scan: Scan, piece: Piece, start: int) -> str | None:
    """The word before token `start` that makes what begins there unreal; a deed done or a mark ends the search."""
    lows = scan.sentence.lows
    done = {
        k
        for a in scan.acts
        if a.form in ("past", "part") and a.modal is None and a.section in ("conduct", "attack", "fire", "kill")
        for k in range(a.i, a.j)
    }
    for k in range(start - 1, max(piece.i, start - _REACH) - 1, -1):
        low = lows[k]
        if k in done and lows[k - 1 : k] in (["nor"], ["neither"]):
            return lows[k - 1]  # "neither planned nor launched attacks"
        if k in done or low in (",", ";", ":", '"'):
            return None
        if low == "any" and lows[k + 1] in _PARTS:
            continue  # "denied any role in the attack"
        if low in _UNREAL_WORDS or " ".join(lows[k : k + 2]) in _UNREAL or low.endswith("n't"):
            return low
    return None


def _is_known(scan: Scan, piece: Piece, start: int) -> bool:
    """ "No one claimed the attack", "did not comment on it": the word denied is another than the attack's own."""
    return not any(
        piece.i <= act.i < start and act.section in ("conduct", "attack", "fire") and act.modal is not None
        for act in scan.acts
    )


def _to_come(scan: Scan, noun: Noun) -> str | None:
    """ "Attacks will not stop", "an attack on the port, or the airport, would lead to war": the subject of a modal."""
    lows = scan.sentence.lows
    if lows[phrase_start(scan, noun)] in ("a", "an", "any"):
        told = {act.i for act in scan.acts}
        after = range(noun.j, min(noun.j + 2 * _REACH, len(lows)))
        verb = next((k for k in after if k in told or lows[k] in MODALS or lows[k] in _HAPPENED), None)
        if verb is not None and lows[verb] in MODALS and lows[verb] != "to" and verb not in told:
            return lows[verb]
    for low in lows[noun.j : noun.j + 6]:
        if low in (",", ".", ";", "that", "which"):
            return None
        if low in MODALS:
            return low
    return None


def _hindered(scan: Scan, noun: Noun) -> str | None:
    """ "The attack was foiled"."""
    lows = scan.sentence.lows
    for k in range(noun.j + 1, min(noun.j + 8, len(lows))):
        if lows[k] in (",", ".", ";"):
            return None
        if lows[k] in _HINDERED and lows[k - 1] in BE:
            return lows[k]
    return None


def _told(scan: Scan, piece: Piece, noun: Noun) -> bool:
    """ "An attack that killed three" happened, whatever is said of it."""
    lows = scan.sentence.lows
    return any(
        noun.j <= a.i < piece.j
        and a.section in ("kill", "wound", "harm", "attack")
        and a.modal is None
        and a.form in ("past", "ing")
        and (a.i - noun.j <= 3 or bool({"that", "which"} & set(lows[noun.j : a.i])))
        for a in scan.acts
    )


def unreal_act(scan: Scan, act: Act) -> str | None:
    """Why what a verb says was not done, where it was not."""
    lows = scan.sentence.lows
    if act.modal == "to":
        if _CAUSED & set(lows[max(0, act.group_start - 6) : act.group_start]):
            return None  # "led protesters to storm it": they did
        tried = _ATTEMPT & set(lows[max(0, act.group_start - 2) : act.group_start + 1])
        return None if tried or _by_means(scan, act) else "to " + act.base
    if act.modal is not None:
        return act.modal
    if _no_subject(lows, act):
        return "no"
    if act.form == "base" and lows[act.group_start - 1] == "and" and _caused_before(lows, act.group_start):
        return None  # "prompting them to vow revenge and strike several bases"
    did = "did" in lows[act.group_start : act.i]
    timeless = not scan.sentence.heading and not scan.listed and not any(w.role == "on" for w in scan.whens)
    if act.form in ("base", "s") and not did and timeless:
        return "present tense"  # what somebody does, not what was done
    if act.form == "base":
        headline = any(n.i <= act.i - 1 < n.j and n.plural for n in scan.nouns)  # "rebels attack a village"
        counting = any(q.i == act.j for q in scan.quantities)  # "blasts in Gao and Timbuktu kill 20"
        return None if headline or did or counting or scan.listed else "base form"
    before = lows[act.i - 1] if act.i else ""
    if act.form == "ing" and before in _UNREAL_ING and not _GUILTY & set(lows[max(0, act.i - 10) : act.i - 1]):
        return f"{before} {lows[act.i]}"
    return None


def _by_means(scan: Scan, act: Act) -> bool:
    """ "Used a lorry to attack the crowd": with it they did; "is used to attack ships" is a habit."""
    lows = scan.sentence.lows
    for k in range(act.group_start - 1, max(0, act.group_start - _MEANS), -1):
        if lows[k] in (",", ";", ":", "that", "which"):
            return False
        if lows[k] in _USING:
            return k > 0 and lows[k - 1] not in BE and lows[k + 1] != "to"
    return False


def _known_past(scan: Scan, noun: Noun) -> bool:
    """ "The 2008 attack", "its 7 October assault": known and dated, it happened, whatever is said of it."""
    start = phrase_start(scan, noun)
    own = scan.sentence.lows[start : start + 1] == ["the"] or scan.sentence.lows[start : start + 1] == ["'s"]
    owned = own or scan.sentence.lows[start] in _OWNING
    return owned and any(
        start <= scan.token_at(w.start) < noun.j and w.resolved and w.role == "on" and not w.inferred
        for w in scan.whens
    )


def _left_open(lows: list[str], k: int, start: int) -> str | None:
    """ "Denied that missiles hit its ship", "whether rebels struck"."""
    return next((low for low in lows[max(start, k - 8) : k] if low in _OPEN), None)


def aggregate(scan: Scan, piece: Piece, mention: Mention) -> bool:
    """Whether the mention is a bare plural or a count of many: a tally's matter, not one incident."""
    noun = mention.noun
    if noun is None or not mention.by_noun:
        return mention.act is not None and _is_habit(scan, piece, mention, mention.act)
    return _many(scan, piece, mention, noun)


def _is_habit(scan: Scan, piece: Piece, mention: Mention, act: Act) -> bool:
    """ "Regularly attack", "have been shelling", "have hit ships": no one deed."""
    lows = scan.sentence.lows
    if (
        _HABIT & set(lows[max(piece.i, act.group_start - 2) : act.j + 1])
        or _goes_on(scan, piece, act)
        or _uncounted(scan, act)
    ):
        return True
    perfect = [a for a in scan.acts if piece.i <= a.i <= act.i and {"has", "have"} & set(lows[a.group_start : a.i])]
    joined = any(a is act or "and" in lows[a.j : act.group_start + 1] for a in perfect)  # "have killed 9 and taken 30"
    if joined and _of_a_stretch(scan, act):
        return True
    if (act.form == "past" and _over_months(scan, piece)) or _once_before(scan, mention, act):
        return True
    year = any(w.precision == "year" and w.role == "on" and w.resolved for w in scan.whens)
    if (
        year
        and act.section == "kill"
        and any(q.low >= _OF_A_YEAR and act.j <= q.i <= act.j + 3 for q in scan.quantities)
    ):
        return True  # "killed 2,300 civilians in 2023"
    if act.form == "ing" and lows[max(0, act.i - 2) : act.i] in (["have", "been"], ["has", "been"], ["had", "been"]):
        return True
    return (
        not act.passive
        and bool({"has", "have"} & set(lows[act.group_start : act.i]))
        and mention.where is None
        and not any(_near(scan, w, piece) for w in scan.whens)
        and not any(
            act.j <= q.i <= act.j + 4 and (q.low < _NOT_AT_ONCE or mention.agent is None) for q in scan.quantities
        )
    )


def _once_before(scan: Scan, mention: Mention, act: Act) -> bool:
    """ "Has also fired at the airport", "has struck Kabul before": what somebody has done at some time."""
    lows = scan.sentence.lows
    group = set(lows[act.group_start : act.i])
    if act.passive or not {"has", "have"} & group or mention.figures or any(w.role == "on" for w in scan.whens):
        return False
    ends = next((k for k in range(act.j, len(lows)) if lows[k] in (".", ",", ";")), len(lows))
    return bool(_SOMETIMES & group) or lows[ends - 1] == "before"


def _over_months(scan: Scan, piece: Piece) -> bool:
    """ "Between March and May rebels hit 60 convoys, killing nine": what was done over a long stretch of time."""
    spans = [w for w in scan.whens if w.role == "span" and piece.i <= scan.token_at(w.start) < piece.j]
    days = any(w.role == "on" and w.precision in ("day", "week") for w in scan.whens)
    return not days and any(w.first and w.last and w.last - w.first > _MONTH for w in spans)


def _uncounted(scan: Scan, act: Act) -> bool:
    """ "Killing hundreds", "kidnapping thousands of people" without a day: years of such deeds."""
    many = any(act.j <= k <= act.j + 2 and scan.sentence.lows[k] in _HUNDREDS for k in range(len(scan.sentence.lows)))
    return act.form == "ing" and many and not any(w.role == "on" and w.precision == "day" for w in scan.whens)


def _goes_on(scan: Scan, piece: Piece, act: Act) -> bool:
    """ "Is fighting rebels and battling jihadists", "are targeting ships": what somebody does these days."""
    lows = scan.sentence.lows
    if act.form != "ing" or scan.sentence.heading:
        return False
    before = range(act.i - 1, max(piece.i, act.i - _FAR) - 1, -1)
    k = next((k for k in before if lows[k] in ("is", "are", ",", "that", "which", "who")), None)
    if k is None or lows[k] not in ("is", "are"):
        return False
    between = [low for low in lows[k + 1 : act.i] if not low.endswith("ly") and low not in ("also", "now", "still")]
    return not between or (between[0].endswith("ing") and "and" in between)


def _of_a_stretch(scan: Scan, act: Act) -> bool:
    """ "Have killed 1,500 people this year": what was done since a day or over a year is no one deed."""
    near = [w for w in scan.whens if -_FAR <= scan.token_at(w.start) - act.j <= _REACH]
    return any(w.role in ("since", "span") or (w.precision == "year" and w.role == "on") for w in near)


def _many(scan: Scan, piece: Piece, mention: Mention, noun: Noun) -> bool:
    """Whether a noun means many attacks: a plural without day, place or figures of its own."""
    lows = scan.sentence.lows
    i = phrase_start(scan, noun)
    if _of_many(scan, noun):
        return True
    if not noun.plural:
        return noun.section == "attack" and bool(_EACH & set(lows[i : i + 1]))
    counted = any(i <= q.j <= noun.i and noun.i - q.j <= 4 and q.low > _A_HANDFUL for q in scan.quantities)
    dated = any(
        w.role == "on" and w.precision in ("day", "month", "week") and w.resolved and _near(scan, w, piece)
        for w in scan.whens
        if timing.dates_deed(mention, w)
    )
    on_a_day = any(w.role == "on" and w.precision == "day" and _near(scan, w, piece) for w in scan.whens)
    if not on_a_day and any(w.role in ("since", "span") and _near(scan, w, piece) for w in scan.whens):
        return True
    before = set(lows[max(piece.i, i - 3) : noun.i])
    located = mention.where is not None and mention.where.rank >= 2
    conducted = any(
        a.section in ("conduct", "fire", "repel")
        and a.form in ("past", "part")
        and piece.i <= a.i < piece.j
        and a.modal is None
        for a in scan.acts
    )
    if lows[noun.j : noun.j + 10] and _STARTING & set(lows[noun.j : min(piece.j, noun.j + 10)]):
        return True  # "since attacks on ships began in November"
    if counted:
        mounted = located or any(a.section == "conduct" and piece.i <= a.i < noun.i for a in scan.acts)
        flown = noun.section == "raid" and on_a_day and located  # "eight air raids on X on Monday"
        return not ((noun.section in _ONE_OPERATION or flown) and mounted and not _is_stretch(scan, piece))
    hurt = any(figure.low for figure in mention.figures)
    if located and hurt and not before & (_MANY - _A_FEW) and not _is_stretch(scan, piece):
        return False  # "nine died in strikes on a camp in X": what those strikes did is told as one
    if {"all", "any"} & before and not mention.figures and mention.where is None:
        return True  # "demanded that all attacks cease"
    if noun.section in STRIKES:  # a plural of them is often one operation
        if hurt:
            before -= _POINTING  # "those strikes killed six": the ones just told
        if before & _MANY and not dated:
            # "has carried out several strikes on X": one operation, where it is set neither in months nor years
            wide = any(w.precision != "day" and _near(scan, w, piece) for w in scan.whens)
            return not (located and conducted and mention.agent is not None and not wide)
        by_name = mention.agent is not None and (mention.agent.kind in OF_STATE or mention.agent.kind == "person")
        known = mention.definite or lows[i : i + 1] == ["the"]
        return not (dated or conducted or known or (by_name and located))
    if before & _MANY:
        return not (dated or (located and bool(before & _A_FEW)))
    return not (dated or mention.definite or (located and conducted))


def _is_stretch(scan: Scan, piece: Piece) -> bool:
    """ "Have killed 300", "this year", "last month": what is summed over a time is no one operation."""
    near = [w for w in scan.whens if _near(scan, w, piece)]
    if any(w.precision == "day" and w.role == "on" for w in near):
        return False
    perfect = any(
        piece.i <= a.i < piece.j and {"has", "have"} & set(scan.sentence.lows[a.group_start : a.i]) for a in scan.acts
    )
    return perfect or any(w.precision not in ("day", "unknown") for w in near)


def _of_many(scan: Scan, noun: Noun) -> bool:
    """ "The killing of civilians": a deed done to a bare plural, of no one day."""
    k = noun.j + 1
    whom = next((n for n in scan.nouns if n.i == k and n.kind == "people"), None)
    name = scan.name_at(k)
    many = whom.plural if whom is not None else name is not None and name.who is not None and name.j == k + 1
    if noun.section not in _DONE_TO or scan.sentence.lows[noun.j : k] != ["of"] or not many:
        return False
    if name is not None and (not scan.sentence.lows[k].endswith("s") or name.who is None or name.who.kind != "state"):
        return False
    return not any(0 <= scan.token_at(w.start) - k <= _REACH for w in scan.whens)


def _near(scan: Scan, when: When, piece: Piece) -> bool:
    k = scan.token_at(when.start)
    return piece.i <= k < piece.j or (piece.i == 0 and k < piece.j)
