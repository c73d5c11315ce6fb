"""`eventdb ingest`: articles in, incidents out."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import click
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, IntegrityError, InternalError, OperationalError

from eventdb import server
from eventdb.cli.articles import Articles, article_options, encodable, exit_code, printable
from eventdb.cli.coders import RULES, Coder, coder_of, coder_option, notes_of
from eventdb.cli.coding import Coded, Coding, coding, workers_option
from eventdb.cli.given import Sheets
from eventdb.cli.params import db_option
from eventdb.cli.restrict import restriction_option
from eventdb.database import restrictions, runs
from eventdb.database.engine import connect, reason, require_current, unreachable
from eventdb.database.restrictions import Restriction
from eventdb.database.retry import again, retried
from eventdb.database.store import Article, known, settled, store
from eventdb.document import Document
from eventdb.errors import CoderUnavailable, EventdbError, RefusedDocument, RefusedSheet
from eventdb.sheet import CodingSheet
from eventdb.workers import in_order

HIDDEN = "a restricted article"
"""What the record of a run, which all may read, has for the name of a restricted file that is no source."""


@click.command(short_help="Read, code and store articles.")
@article_options
@click.option(
    "--sheets",
    "sheets_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Store these coding sheets, one JSON object a line, made by a person or another coder, instead of coding the "
    "articles. A sheet finds its article by the text's sha256, else by the file's name.",
)
@coder_option
@click.option("--recode", is_flag=True, help="Code known articles again, and replace what an earlier coder said.")
@restriction_option
@workers_option
@db_option
@click.pass_context
def ingest(
    ctx: click.Context,
    *,
    find: Callable[[], Articles],
    sheets_file: Path | None,
    coder_name: str,
    recode: bool,
    restriction: Restriction | None,
    workers: int,
    db: str | None,
) -> None:
    """Read, code and store articles: files, folders, or - for standard input.

    Each article is stored whole or not at all. One whose text is known is passed over, so that an interrupted command
    goes on where it stopped when it is given again. What cannot be read is refused by name, and the rest goes on. Exits
    with 0, with 1 where something was refused, with 2 where nothing was done.

    An article is coded again where the worker that was at it is killed, and refused where that happens three times.
    """
    articles = find()
    coder = coder_of(RULES if sheets_file else coder_name)
    by_whom = f"sheets of {HIDDEN if restriction else encodable(sheets_file.name)}" if sheets_file else coder.name
    with server.database_url(db) as url:
        engine = connect(url)
        require_current(engine)
        given = Sheets(sheets_file) if sheets_file else None
        with engine.begin() as connection:
            restrictions.lift_ended(connection)
        run = _Run(engine, runs.begin(engine, by_whom), coder, given, recode, restriction)
        try:
            with (
                _progress(len(articles.sources)) as shown,
                engine.connect() as connection,
                coding(coder, 1 if given else workers) as ahead,
            ):
                run.connection, run.shown = connection, shown
                begin = partial(run.begin, ahead)
                for item, coded in in_order(_items(articles), begin, ahead.window):
                    if item is None:
                        shown.step()
                    else:
                        run.take(item, coded)
                for file, why in given.left_over() if given else ():
                    run.refuse(file, why)
        except OperationalError as error:
            raise unreachable(engine.url, error) from error
        again(lambda: runs.finish(engine, run.id))
        _report(run, runs.totals(engine, run.id))
    ctx.exit(exit_code(run.outcomes.total() - run.outcomes["refused"], run.outcomes["refused"]))


def _items(articles: Articles) -> Iterator[Document | RefusedDocument | None]:
    """Every article, read or refused; None where a source is done."""
    for source in articles.sources:
        yield from articles.read(source)
        yield None


# One article ---------------------------------------------------------------------------------------------------------


@dataclass
class _Run:
    """A run under way: each article is stored, known or refused, and noted as such."""

    engine: Engine
    id: int
    coder: Coder
    given: Sheets | None
    recode: bool
    restriction: Restriction | None
    connection: Connection = field(init=False)
    shown: "_Progress" = field(init=False)
    outcomes: Counter[str] = field(default_factory=Counter)
    refusals: list[tuple[str, str]] = field(default_factory=list)
    dropped: list[tuple[str, str]] = field(default_factory=list)

    def begin(self, ahead: Coding, item: Document | RefusedDocument | None) -> Coded | None:
        """Has an article coded, where it needs to be."""
        if self.given or not isinstance(item, Document):
            return None
        if ahead.window > 1 and self._is_known(item):
            return None
        return ahead.begin(item)

    def take(self, item: Document | RefusedDocument, coded: Coded | None) -> None:
        """Deals with one article. Whatever is wrong with it is its own."""
        file = encodable(item.file)
        try:
            if isinstance(item, RefusedDocument):
                raise item
            sheet = self.given.sheet_of(item) if self.given else self._coded(item, coded)
            outcome, events = self._store(item, sheet)
        except CoderUnavailable:  # no article can be coded, and so none is refused
            raise
        except RefusedSheet as error:
            self.refuse(file, "; ".join(error.mistakes) or error.message)
        except EventdbError as error:
            self.refuse(file, f"{error.message}. {error.hint}" if error.hint else error.message)
        except (DataError, IntegrityError, InternalError) as error:
            self.refuse(file, f"the database refused it: {reason(error)}")
        else:
            self.outcomes[outcome] += 1
            self.dropped += [(file, note) for note in notes_of(sheet)] if sheet and outcome != "known" else []
            self.shown.say(f"{outcome.replace('_', ' '):<11} {printable(file)}{events}")

    def refuse(self, file: str, why: str) -> None:
        why = encodable(why).replace("\0", "\ufffd")
        noted = (HIDDEN, "it was refused") if self.restriction else (encodable(file), why)
        again(lambda: runs.refused(self.engine, self.id, *noted))
        self.outcomes["refused"] += 1
        self.refusals.append((file, why))
        self.shown.say(f"{'refused':<11} {printable(file)}: {printable(why)}")

    def _is_known(self, article: Document) -> bool:
        """Whether its text is known, and need not be coded again."""
        ask = partial(settled, sha256=article.sha256, coder=self.coder.name, recode=self.recode)
        return retried(self.connection, ask)

    def _coded(self, article: Document, coded: Coded | None) -> CodingSheet | None:
        """The coder's sheet; None where the text is known: perhaps only since an article of this run was stored."""
        if coded is None or self._is_known(article):
            return None
        sheet = coded()
        if sheet.events and not article.published_on and not any(event.date for event in sheet.events):
            raise RefusedDocument(
                "no date that anything can be hung on: neither the day of publication nor that of any event is known",
                "Give --published YYYY-MM-DD, or published_on in a manifest.csv.",
            )
        return sheet

    def _store(self, item: Document, sheet: CodingSheet | None) -> tuple[str, str]:
        """The outcome, and how many events there were, in words."""
        file = encodable(item.file)

        def work(connection: Connection) -> str:
            if sheet is None:
                source_id = known(connection, item.sha256)
                assert source_id is not None  # noqa: S101 sources are never removed
                if self.restriction:
                    restrictions.put_on_known(connection, source_id, self.restriction)
                runs.kept(connection, self.id, file, "known", source_id)
                return "known"
            named = sheet.model_copy(update={"document": sheet.document.model_copy(update={"file": file})})
            article = Article(item.text, file, item.address)
            options = {"recode": self.recode, "by_hand": self.given is not None}
            stored = store(connection, article, named, self.id, **options, restriction=self.restriction)
            runs.kept(connection, self.id, file, stored.outcome, stored.source_id)
            return stored.outcome

        noted = partial(runs.outcome, run_id=self.id, file=file, sha256=item.sha256)
        outcome = retried(self.connection, work, noted)
        return outcome, "" if outcome == "known" or not sheet else f": {_count(len(sheet.events), 'event')}"


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
    if done["known"] and not run.recode and run.given is None:
        what += " (--recode codes them again)"  # whoever has newer rules would not know why nothing changes
    rows = [
        ("articles", done.total(), what),
        ("events", totals.events, "as the articles report them"),
        ("incidents", totals.incidents, "that these events are reports of"),
        ("attributions", totals.attributions, ""),
        ("casualties", totals.casualties, "figures"),
        ("tallies", totals.tallies, ""),
        ("refused", run.outcomes["refused"], ""),
    ]
    if run.dropped:
        rows.append(("dropped", len(run.dropped), "values that the articles do not bear out"))
    for name, count, note in rows:
        click.echo(f"{name:<13}{count:>8}  {note}".rstrip())
    if spent := run.coder.spent():
        click.echo(f"{'model':<13}{spent}")
    for file, why in (*run.refusals, *run.dropped):
        click.echo(f"  {printable(file)}: {printable(why)}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
