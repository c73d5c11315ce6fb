"""`eventdb code`: what the coder says of articles, without a database."""

import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
import yaml

from eventdb import sheet as sheets
from eventdb.cli import explain as explaining
from eventdb.cli.articles import Articles, article_options, exit_code, printable
from eventdb.cli.coders import coder_of, coder_option, notes_of
from eventdb.cli.coding import each_coded, workers_option
from eventdb.cli.handing import check_usage, handed, handing_options, print_requests
from eventdb.errors import RefusedDocument
from eventdb.sheet import Attribution, Casualty, CodingSheet, Event, Interval, Place, Span, Tally


@click.command(short_help="Print the coding sheets of articles, without a database.")
@article_options
@click.option(
    "--format",
    "style",
    type=click.Choice(["jsonl", "json", "yaml", "text"]),
    help="jsonl: a sheet a line; json: a list; yaml: a document each; text: to be read. Default: text on a terminal, "
    "else jsonl.",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Say why: each value with its words, its rule and its entry in the lexicon, and what was considered and "
    "rejected. For machines with --format json.",
)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of a coding sheet, and read nothing.")
@coder_option
@handing_options
@workers_option
@click.pass_context
def code(
    ctx: click.Context,
    *,
    find: Callable[[], Articles],
    style: str | None,
    explain: bool,
    schema: bool,
    coder_name: str,
    print_request: bool,
    answers: tuple[Path, ...],
    workers: int,
) -> None:
    """Print the coding sheets of articles: files, folders, or - for standard input.

    A sheet says what the articles report, each value with the passage on which it rests. Needs no database. Exits
    with 0, with 1 where some file was refused, with 2 where nothing was coded.
    """
    if schema:
        click.echo(json.dumps(sheets.json_schema(), indent=2, ensure_ascii=False))
        return
    check_usage(coder_name, answers, print_request=print_request, explain=explain)
    articles = find()
    if explain:
        ctx.exit(explaining.run(articles, style))
    if print_request:
        ctx.exit(exit_code(*print_requests(articles, answers)))
    coder = handed(answers) if answers else coder_of(coder_name)
    count = {"done": 0, "refused": 0}

    def coded() -> Iterator[CodingSheet]:
        items = (item for source in articles.sources for item in articles.read(source))
        for item, sheet in each_coded(items, coder, workers):
            if isinstance(sheet, RefusedDocument):
                count["refused"] += 1
                why = f"{sheet.message}. {sheet.hint}" if sheet.hint else sheet.message
                click.echo(f"refused: {printable(item.file)}: {printable(why)}", err=True)
            else:
                count["done"] += 1
                for note in notes_of(sheet):
                    click.echo(f"dropped: {printable(item.file)}: {printable(note)}", err=True)
                yield sheet

    _WRITERS[style or ("text" if sys.stdout.isatty() else "jsonl")](coded())
    if spent := coder.spent():
        click.echo(f"model: {spent}", err=True)
    ctx.exit(exit_code(count["done"], count["refused"]))


def _jsonl(coded: Iterable[CodingSheet]) -> None:
    for sheet in coded:
        click.echo(sheets.dumps(sheet))


def _json(coded: Iterable[CodingSheet]) -> None:
    click.echo(json.dumps([sheet.model_dump(mode="json") for sheet in coded], ensure_ascii=False, indent=2))


def _yaml(coded: Iterable[CodingSheet]) -> None:
    for sheet in coded:
        click.echo("---")
        click.echo(yaml.safe_dump(sheet.model_dump(mode="json"), allow_unicode=True, sort_keys=False), nl=False)


def _text(coded: Iterable[CodingSheet]) -> None:
    for sheet in coded:
        for line in readable(sheet, min(shutil.get_terminal_size().columns, 120)):
            click.echo(line)


_WRITERS: dict[str, Callable[[Iterable[CodingSheet]], None]] = {
    "jsonl": _jsonl, "json": _json, "yaml": _yaml, "text": _text,
}  # fmt: skip


# For a person --------------------------------------------------------------------------------------------------------


def readable(sheet: CodingSheet, width: int = 100) -> Iterator[str]:
    """The sheet as a person wants to read it, line by line, at most `width` columns wide."""
    document = sheet.document
    published = f"{document.published_on} ({document.published_basis})" if document.published_on else "day not known"
    yield click.style(
        " · ".join(printable(part) for part in (document.file, document.publisher, published) if part), bold=True
    )
    if document.title:
        yield printable(document.title)
    if not sheet.events and not sheet.tallies:
        yield "  no events"
    for event in sheet.events:
        yield ""
        yield from _event(event, width)
    for tally in sheet.tallies:
        yield ""
        yield from _tally(tally, width)
    yield ""


def _event(event: Event, width: int) -> Iterator[str]:
    shown: set[tuple[int, int]] = set()  # a passage that several values rest on is shown once
    parts = [event.type.replace("_", " "), _when(event.date), _where(event.place)]
    if event.weapon:
        parts.append(f"{event.weapon.kind} × {event.weapon.count}" if event.weapon.count else event.weapon.kind)
    yield f"{event.id}  " + " · ".join(printable(part) for part in parts)
    if event.targets:
        yield f"    against   {printable(', '.join(event.targets))}"
    if event.responds_to:
        yield f"    answers   {printable(', '.join(event.responds_to))}"
    yield from _quoted(event.evidence, width, shown)
    for casualty in event.casualties:
        yield f"    {casualty.outcome:<9} {printable(_figure(casualty))}"
        yield from _quoted(casualty.evidence, width, shown)
    for attribution in event.attributions:
        yield f"    {attribution.stance:<9} {printable(_blame(attribution))}"
        yield from _quoted(attribution.evidence, width, shown)


def _tally(tally: Tally, width: int) -> Iterator[str]:
    ends = (f"since {tally.since}" if tally.since else "", f"until {tally.until}" if tally.until else "")
    window = " ".join(end for end in ends if end) or "no dates"
    about = "about " if tally.approximate else ""
    yield f"tally  {about}{_number(tally)} {printable(tally.what)} · {window}{_by(tally.speaker)}"
    yield from _quoted(tally.evidence, width)


def _when(date: Interval | None) -> str:
    if date is None:
        return "no date"
    day = f"{date.start}" if date.start == date.end else f"{date.start} to {date.end} ({date.precision})"
    return f"{day}, inferred" if date.inferred else day


def _where(place: Place | None) -> str:
    return ", ".join(part for part in (place.name, place.admin1, place.country) if part) if place else "no place"


def _figure(casualty: Casualty) -> str:
    whose = f" ({casualty.affiliation})" if casualty.affiliation else ""
    total = ", in all" if casualty.total else ""
    victims = f" {casualty.victims}" if casualty.victims else ""
    return f"{_range(casualty.low, casualty.high)}{victims}{whose}{total}{_by(casualty.speaker)}"


def _blame(attribution: Attribution) -> str:
    confidence = f" {attribution.confidence} %" if attribution.confidence is not None else ""
    return f"{attribution.actor or 'nobody named'}{confidence}{_by(attribution.speaker)}"


def _by(speaker: str | None) -> str:
    return f", says {printable(speaker)}" if speaker else ""


def _range(low: int, high: int | None) -> str:
    return f"at least {low}" if high is None else f"{low}" if low == high else f"{low} to {high}"


def _number(tally: Tally) -> str:
    return "uncounted" if tally.low is None else _range(tally.low, tally.high)


def _quoted(evidence: Iterable[Span], width: int, shown: set[tuple[int, int]] | None = None) -> Iterator[str]:
    for span in evidence:
        if shown is not None and (span.start, span.end) in shown:
            continue
        words = f"“{printable(' '.join(span.text.split()))}”"
        indent = " " * 14
        for line in textwrap.wrap(words, max(width, 40), initial_indent=indent, subsequent_indent=indent):
            yield click.style(line, dim=True)
        if shown is not None:
            shown.add((span.start, span.end))
