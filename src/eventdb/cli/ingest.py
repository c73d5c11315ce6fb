"""`eventdb ingest`: articles in, incidents out."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, IntegrityError, InternalError, OperationalError

from eventdb import server
from eventdb import sheet as sheets
from eventdb.cli.articles import Articles, article_options, encodable, exit_code, printable
from eventdb.cli.coders import RULES, Coder, coder_of
from eventdb.cli.params import db_option
from eventdb.database import runs
from eventdb.database.engine import connect, reason, require_current, unreachable
from eventdb.database.store import Article, known, store
from eventdb.document import Document
from eventdb.errors import EventdbError, RefusedDocument, RefusedSheet
from eventdb.sheet import CodingSheet


@click.command(short_help="Read, code and store articles.")
@article_options
@click.option(
    "--sheets",
    "sheets_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Store these coding sheets, one JSON object a line, made by a person or another coder, instead of coding the "
    "articles. A sheet finds its article by the text's sha256, else by the file's name.",
)
@click.option("--recode", is_flag=True, help="Code known articles again, and replace what an earlier coder said.")
@db_option
@click.pass_context
def ingest(
    ctx: click.Context, find: Callable[[], Articles], sheets_file: Path | None, recode: bool, db: str | None
) -> None:
    """Read, code and store articles: files, folders, or - for standard input.

    Each article is stored whole or not at all. One whose text is known is passed over, so that an interrupted command
    goes on where it stopped when it is given again. What cannot be read is refused by name, and the rest goes on. Exits
    with 0, with 1 where something was refused, with 2 where nothing was done.
    """
    articles = find()
    coder = coder_of(RULES)
    coder_name = f"sheets of {encodable(sheets_file.name)}" if sheets_file else coder.name
    with server.database_url(db) as url:
        engine = connect(url)
        require_current(engine)
        given = _Sheets(sheets_file) if sheets_file else None
        run = _Run(engine, runs.begin(engine, coder_name), coder)
        try:
            with _progress(len(articles.sources)) as shown, engine.connect() as connection:
                run.connection, run.shown = connection, shown
                for source in articles.sources:
                    for item in articles.read(source):
                        run.take(item, given, recode)
                    shown.step()
                for file, why in given.left_over() if given else ():
                    run.refuse(file, why)
        except OperationalError as error:
            raise unreachable(engine.url, error) from error
        runs.finish(engine, run.id)
        _report(run, runs.totals(engine, run.id))
    ctx.exit(exit_code(run.outcomes.total() - run.outcomes["refused"], run.outcomes["refused"]))


# One article ---------------------------------------------------------------------------------------------------------


@dataclass
class _Run:
    """A run under way: each article is stored, known or refused, and noted as such."""

    engine: Engine
    id: int
    coder: Coder
    connection: Connection = field(init=False)
    shown: "_Progress" = field(init=False)
    outcomes: Counter[str] = field(default_factory=Counter)
    refusals: list[tuple[str, str]] = field(default_factory=list)

    def take(self, item: Document | RefusedDocument, given: "_Sheets | None", recode: bool) -> None:
        """Deals with one article. Whatever is wrong with it is its own."""
        file = encodable(item.file)
        try:
            if isinstance(item, RefusedDocument):
                raise item
            sheet = given.sheet_of(item) if given else self._coded(item, recode)
            outcome, events = self._store(item, sheet, recode=recode, by_hand=given is not None)
        except RefusedSheet as error:
            self.refuse(file, "; ".join(error.mistakes) or error.message)
        except EventdbError as error:
            self.refuse(file, f"{error.message}. {error.hint}" if error.hint else error.message)
        except (DataError, IntegrityError, InternalError) as error:
            self.refuse(file, f"the database refused it: {reason(error)}")
        else:
            self.outcomes[outcome] += 1
            self.shown.say(f"{outcome.replace('_', ' '):<11} {printable(file)}{events}")

    def refuse(self, file: str, why: str) -> None:
        why = encodable(why).replace("\0", "\ufffd")
        runs.refused(self.engine, self.id, encodable(file), why)
        self.outcomes["refused"] += 1
        self.refusals.append((file, why))
        self.shown.say(f"{'refused':<11} {printable(file)}: {printable(why)}")

    def _coded(self, article: Document, recode: bool) -> CodingSheet | None:
        """The coder's sheet; None where the text is known, and need not be coded again."""
        if not recode:
            with self.connection.begin():
                if known(self.connection, article.sha256):
                    return None
        try:
            sheet = self.coder.code(article)
        except EventdbError:
            raise
        except Exception as error:  # a mistake of the coder's own costs one article, not all
            raise RefusedDocument(f"the coder failed: {type(error).__name__}: {error}", "Please report it.") from error
        if sheet.events and not article.published_on and not any(event.date for event in sheet.events):
            raise RefusedDocument(
                "no date that anything can be hung on: neither the day of publication nor that of any event is known",
                "Give --published YYYY-MM-DD, or published_on in a manifest.csv.",
            )
        return sheet

    def _store(self, item: Document, sheet: CodingSheet | None, *, recode: bool, by_hand: bool) -> tuple[str, str]:
        """The outcome, and how many events there were, in words."""
        file = encodable(item.file)
        with self.connection.begin():
            if sheet is None:
                source_id = known(self.connection, item.sha256)
                assert source_id is not None  # noqa: S101 sources are never removed
                runs.kept(self.connection, self.id, file, "known", source_id)
                return "known", ""
            sheet = sheet.model_copy(update={"document": sheet.document.model_copy(update={"file": file})})
            article = Article(item.text, file, item.address)
            stored = store(self.connection, article, sheet, self.id, recode=recode, by_hand=by_hand)
            runs.kept(self.connection, self.id, file, stored.outcome, stored.source_id)
        return stored.outcome, "" if stored.outcome == "known" else f": {_count(len(sheet.events), 'event')}"


# Sheets made elsewhere -----------------------------------------------------------------------------------------------


class _Sheets:
    """The sheets of a file, each to be fetched by its article."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._by_sha256: dict[str, CodingSheet | RefusedSheet] = {}
        self._by_file: dict[str, str] = {}  # file → sha256
        self._fetched: set[str] = set()
        self._lost: list[tuple[str, str]] = []
        with path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    self._add(line, f"{path.name}:{number}")

    def _add(self, line: bytes, where: str) -> None:
        sheet: CodingSheet | RefusedSheet
        try:
            sheet = sheets.loads(line, where)
            file, sha256 = sheet.document.file, sheet.document.sha256
        except RefusedSheet as error:
            sheet = error
            file, sha256 = _named(line)
        if not file and not sha256:
            assert isinstance(sheet, RefusedSheet)  # noqa: S101 a sheet has both
            self._lost.append((where, "; ".join(sheet.mistakes)))
            return
        sha256 = sha256 or where
        if sha256 in self._by_sha256:
            self._lost.append((where, "there is a sheet for this article already, further up"))
            return
        self._by_sha256[sha256] = sheet
        self._by_file.setdefault(file, sha256)

    def sheet_of(self, article: Document) -> CodingSheet:
        """The sheet of the article, completed by what is known of the article; raises RefusedSheet where it is none."""
        key = article.sha256 if article.sha256 in self._by_sha256 else self._by_file.get(article.file)
        if key is None:
            raise RefusedSheet(f"no sheet for it in {self._name}", [f"no sheet for it in {self._name}"])
        self._fetched.add(key)
        sheet = self._by_sha256[key]
        if isinstance(sheet, RefusedSheet):
            raise sheet
        return sheet.model_copy(update={"document": _completed(sheet.document, article)})

    def left_over(self) -> Iterator[tuple[str, str]]:
        """What belongs to no article that was read, and why: name, reason."""
        yield from self._lost
        for file, key in self._by_file.items():
            if key not in self._fetched:
                yield (
                    file or self._name,
                    f"{self._name} has a sheet for it, but no article of that text or name was read",
                )


def _named(line: bytes) -> tuple[str, str]:
    """The file and sha256 that a line names, though it is no sheet; "" for what it does not."""
    try:
        document: Any = json.loads(line)["document"]
        file, sha256 = (document.get(key) for key in ("file", "sha256"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "", ""
    return file if isinstance(file, str) else "", sha256 if isinstance(sha256, str) else ""


def _completed(document: sheets.SheetDocument, article: Document) -> sheets.SheetDocument:
    """What the sheet leaves open of its article, as the article, its manifest or the options have it."""
    known: dict[str, Any] = {
        key: getattr(article, key)
        for key in ("title", "publisher", "authors", "url")
        if not getattr(document, key) and getattr(article, key)
    }
    if not document.published_on and article.published_on:
        known |= {key: getattr(article, key) for key in ("published_on", "published_precision", "published_basis")}
    return document.model_copy(update=known)


# What is shown -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Progress:
    """`step` after each source, `say` after each article."""

    step: Callable[[], None]
    say: Callable[[str], None]


@contextmanager
def _progress(length: int) -> Iterator[_Progress]:
    """A bar on a terminal, a line an article elsewhere; both on stderr."""
    if not sys.stderr.isatty():
        yield _Progress(lambda: None, lambda line: click.echo(line, err=True))
        return
    with click.progressbar(length=length, label="ingest", file=sys.stderr) as bar:
        yield _Progress(lambda: bar.update(1), lambda _: None)


def _report(run: _Run, totals: runs.Totals) -> None:
    """The table at the end."""
    done = Counter({outcome: n for outcome, n in run.outcomes.items() if outcome != "refused"})
    words = {"stored": "new", "new_version": "new versions", "recoded": "coded again", "known": "known already"}
    what = ", ".join(f"{done[outcome]} {word}" for outcome, word in words.items() if done[outcome])
    rows = [
        ("articles", done.total(), what),
        ("events", totals.events, "as the articles report them"),
        ("incidents", totals.incidents, "that these events are reports of"),
        ("attributions", totals.attributions, ""),
        ("casualties", totals.casualties, "figures"),
        ("tallies", totals.tallies, ""),
        ("refused", run.outcomes["refused"], ""),
    ]
    for name, count, note in rows:
        click.echo(f"{name:<13}{count:>8}  {note}".rstrip())
    for file, why in run.refusals:
        click.echo(f"  {printable(file)}: {printable(why)}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
