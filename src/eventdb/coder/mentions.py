"""One attack as one piece of a sentence has it."""

from __future__ import annotations

from dataclasses import dataclass, field

from eventdb.coder.figure import Figure
from eventdb.coder.parties import Party
from eventdb.coder.places import Place
from eventdb.coder.scan import Act, Noun, Scan
from eventdb.coder.when import When

OTHER_DEEDS = frozenset({"after", "before", "responds", "leads", "since", "including"})  # ties to another incident
GENERIC = frozenset({"attack", "strike", "clash"})  # sections of events.txt that do not tell the type
STRIKES = frozenset({"strike", "airstrike"})  # those of blows from the air


@dataclass(slots=True)
class Mention:
    """One attack as one piece of a sentence has it; tokens i to j, the trigger at `at`.

    `unreal` says why it did not happen, where it did not; `aggregate` marks a plural or a count of many, which is a
    tally's matter; `definite` a noun phrase that takes the attack as known, `anaphor` one that only takes up what was
    told; `link` how the piece is tied to the one before it; `alone` that its place is one of several that the
    sentence joins; `own_account` that its maker himself tells it; `allies` are those who did it with the agent;
    `known_by` the words by which it may be known again; `other` ("a similar attack") marks another than those told,
    `earlier` ("the previous attack") one before the news, `retold` ("the strike that killed eight") one whose own
    words say which it is, `of_attackers` how attackers ended, `reaction` ("condemned the attack") what was said
    of it. `verb_for_noun` is why the noun of the piece was left for its verb, where it was. What became of the mention
    is told by the story: `passed_over` why it is part of no incident, `joined` why it goes back to one that was known.
    """

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
    allies: list[Party] = field(default_factory=list)
    targets: list[Party] = field(default_factory=list)
    target_words: list[str] = field(default_factory=list)
    where: Place | None = None
    when: When | None = None
    weapon: Noun | None = None
    weapon_count: int | None = None
    figures: list[Figure] = field(default_factory=list)
    link: str = ""
    alone: bool = False
    own_account: bool = False
    anaphor: bool = False
    intercepted: bool = False
    known_by: frozenset[str] = frozenset()
    other: bool = False
    earlier: bool = False
    retold: bool = False
    of_attackers: bool = False
    reaction: bool = False
    verb_for_noun: str | None = None
    passed_over: str | None = None
    joined: str | None = None

    @property
    def by_noun(self) -> bool:
        """Whether a noun, not a verb, is the trigger."""
        return self.noun is not None and self.at == self.noun.j - 1

    @property
    def persons(self) -> set[str]:
        """Named people whom it killed, hurt or struck."""
        return {name for figure in self.figures for name in figure.persons} | {
            target.name for target in self.targets if target.kind == "person"
        }
