"""A coding sheet with its reasons: the words of each value, and what else was considered and why it was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from eventdb.sheet import CodingSheet, Span

Field = Literal[
    "type", "date", "place", "weapon", "target", "killed", "wounded", "missing", "detained", "actor", "answers"
]  # fmt: skip
Kind = Literal["attack", "casualty", "attribution"]
Verdict = Literal["event", "merged", "rejected"]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the event with the id `event`, as the sheet has it, and why.

    `passage` are the words that say it and `sentence` is theirs; None where it follows from no words of its own. `rule`
    is what the coder did with them, `entry` where the lexicon or a word list has them ("" for none).
    """

    event: str
    field: Field
    value: str
    passage: Span | None
    sentence: Span | None
    rule: str
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Considered:
    """Words that may tell an attack, a figure or who did it, and what became of them.

    The verdict `event` says that they tell something of `events` that no words before them told, `merged` that they
    tell it again or more of it, `rejected` that they tell nothing that is on the sheet; `reason` says why.
    """

    kind: Kind
    passage: Span
    sentence: Span
    verdict: Verdict
    events: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A sheet, the reasons of its values in its order, and all that was considered, in the order of the text."""

    sheet: CodingSheet
    values: tuple[Value, ...]
    considered: tuple[Considered, ...]

    def as_json(self) -> dict[str, Any]:
        """All of it as plain data: `sheet` as `eventdb code` prints it, `values`, `considered`."""
        return {
            "sheet": self.sheet.model_dump(mode="json"),
            "values": [_plain(value) for value in self.values],
            "considered": [_plain(one) for one in self.considered],
        }


def _plain(record: Value | Considered) -> dict[str, Any]:
    return {
        name: held.model_dump(mode="json") if isinstance(held, Span) else held
        for name in record.__slots__
        for held in [getattr(record, name)]
    }
