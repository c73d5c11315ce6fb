"""The errors, class by class, each with the words of the article and the two values: so that one can go and look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eventdb.evaluation import slots
from eventdb.evaluation.matching import Matched
from eventdb.evaluation.scores import stands
from eventdb.evaluation.types import Account, Figure

CLASSES = (
    "missed", "invented", "wrong type", "wrong date", "wrong place", "wrong killed", "wrong wounded",
    "wrong perpetrator", "wrong stance", "missed verbal", "invented verbal", "missed tally", "passage not in article",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Error:
    """One error: in which article and event, the corrected value and the coder's ("" where there is none)."""

    kind: str
    file: str
    event: str
    right: str
    coded: str
    passage: str


def errors(matched: Iterable[Matched]) -> list[Error]:
    """Every error of these articles, by class in the order of CLASSES, then as they come."""
    found = [error for article in matched for error in _of(article)]
    return sorted(found, key=lambda error: CLASSES.index(error.kind))


def _of(article: Matched) -> Iterator[Error]:
    file = article.gold.file
    for gold in article.missed:
        if not gold.optional:
            kind = "missed verbal" if gold.verbal else "missed"
            yield Error(kind, file, gold.id, described(gold), "", _first(gold))
    for told in article.invented:
        kind = "invented verbal" if told.verbal else "invented"
        yield Error(kind, file, told.id, "", described(told), _first(told))
    for told, gold in article.paired:
        if not gold.optional and not gold.verbal:
            for slot, value in slots.compare(told, gold).items():
                if value == 0:
                    passage = told.passages.get(slot) or gold.passages.get(slot) or _first(gold)
                    yield Error(f"wrong {slot}", file, told.id, shown(gold, slot), shown(told, slot), passage)
    figures = {tally.low for tally in article.told.tallies}
    coded = ", ".join(str(tally.low) for tally in article.told.tallies)
    for tally in article.gold.tallies:
        if tally.low not in figures:
            yield Error("missed tally", file, "", f"{tally.low or ''} {tally.what}".strip(), coded, tally.passage)
    for told in article.told.accounts:
        for quoted in told.evidence:
            if not stands(quoted, article.text):
                yield Error("passage not in article", file, told.id, "", described(told), quoted.text)


def described(account: Account) -> str:
    """An event in a few words: type, day, place."""
    return ", ".join([account.type, shown(account, "date"), shown(account, "place")])


def shown(account: Account, slot: str) -> str:
    """The value of a slot in words."""
    match slot:
        case "type":
            return " or ".join([account.type, *sorted(account.also_types - {account.type})])
        case "date":
            return _days(account)
        case "place":
            countries = ",".join(sorted(account.countries))
            return ", ".join(part for part in (account.place, countries) if part) or "no place"
        case "killed" | "wounded":
            return _figure(account.killed if slot == "killed" else account.wounded)
        case "perpetrator":
            return "; ".join(str(blame.actor) for blame in slots.blamed(account)) or "nobody"
        case _:
            named = [f"{blame.stance or 'unsaid'} ({blame.actor})" for blame in slots.blamed(account)]
            return "; ".join(named) or "nobody blamed"


def _days(account: Account) -> str:
    if account.start is None:
        return "no date"
    if account.start == account.end:
        return f"{account.start}"
    return f"{account.start} to {account.end} ({account.precision})"


def _figure(figure: Figure | None) -> str:
    if figure is None or figure.low is None:
        return "not stated"
    if figure.high is None:
        return f"at least {figure.low}"
    return f"{figure.low}" if figure.low == figure.high else f"{figure.low} to {figure.high}"


def _first(account: Account) -> str:
    return account.evidence[0].text if account.evidence else ""
