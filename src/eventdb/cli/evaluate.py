"""`eventdb evaluate`: coding sheets beside corrected ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import click

from eventdb.cli import measured
from eventdb.cli.articles import Articles, article_options, printable
from eventdb.cli.coders import coder_of, coder_option
from eventdb.cli.params import WholeNumber
from eventdb.document import Document
from eventdb.errors import EventdbError, RefusedDocument, RefusedSheet
from eventdb.evaluation import agreement as agreements
from eventdb.evaluation import classes, gold, matching, scores
from eventdb.evaluation.matching import Matched
from eventdb.evaluation.types import Reading
from eventdb.sheet import CodingSheet, check_against

SUFFIXES = (".json", ".jsonl")
Given = Reading | CodingSheet


@click.command(short_help="Measure a coder, or a person, against corrected sheets.")
@click.argument("corrected", type=click.Path(exists=True, path_type=Path), metavar="GOLD")
@article_options
@click.option(
    "--sheets",
    "sheets_path",
    type=click.Path(exists=True, path_type=Path),
    help="Measure these sheets, a file or a folder of them, made by a person or another coder, instead of coding the "
    "articles. Where GOLD gives offsets, too, the articles need not be named.",
)
@coder_option
@click.option(
    "--agreement",
    is_flag=True,
    help="Krippendorff's alpha between the two as well, for two people who coded the same articles.",
)
@click.option("--errors", type=WholeNumber(min=0), default=3, show_default=True, metavar="N",
              help="Print at most N errors of each class.")  # fmt: skip
@click.option("--worst", type=WholeNumber(min=0), default=5, show_default=True, metavar="N",
              help="Name the N articles with the most missed and invented events.")  # fmt: skip
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="text: for reading. json: one object, with every error.")  # fmt: skip
@click.pass_context
def evaluate(
    ctx: click.Context,
    corrected: Path,
    find: Callable[[], Articles],
    sheets_path: Path | None,
    *,
    coder_name: str,
    agreement: bool,
    errors: int,
    worst: int,
    style: str,
) -> None:
    """Measure the coder on articles that a person has coded.

    GOLD is a file or folder of corrected coding sheets (.json, .jsonl), PATH... the articles they are of. Prints how
    many events are found and how many are none, how many of their values are right, and the errors by class, each with
    its passage and the two values. Needs no database. All of GOLD is measured, or nothing: exits with 0 or 2.

    \b
    eventdb code mine --format jsonl > gold.jsonl     # then correct gold.jsonl by hand
    eventdb evaluate gold.jsonl mine
    eventdb evaluate gold.jsonl mine --sheets theirs.jsonl --agreement
    """  # fmt: skip
    right = _Sheets(corrected)
    theirs = _Sheets(sheets_path) if sheets_path else None
    if ctx.params["paths"] or not theirs:
        matched = list(_beside_articles(right, theirs, _documents(find()), coder_name))
    else:
        matched = list(_side_by_side(right, theirs))
    if theirs:
        _say_what_is_left(right, theirs)
    measured.WRITERS[style](
        measured.Measured(
            scores.score(matched),
            classes.errors(matched),
            matched,
            agreements.alphas(matched) if agreement else None,
        ),
        errors,
        worst,
    )


# The sheets -----------------------------------------------------------------------------------------------------------


class _Sheets:
    """The sheets of a file, or of all files of a folder, each to be found by its article."""

    def __init__(self, path: Path) -> None:
        self.path = path
        files = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
        self.all: list[Given] = [one for file in files for one in gold.loads(file.read_bytes(), file.name)]
        if not self.all:
            raise EventdbError(
                f"{path}: no coding sheet in it",
                "eventdb code --format jsonl ARTICLE... > sheets.jsonl, which makes sheets to correct; a folder needs "
                "files that end in .json or .jsonl",
            )
        names = [name(one) for one in self.all]
        if twice := next((one for i, one in enumerate(names) if one in names[:i]), None):
            raise EventdbError(f"{path}: {twice} has two sheets", "one sheet an article, in one file or folder")
        self._by_name = dict(zip(names, self.all, strict=True))
        self._by_sha256 = {one.document.sha256: one for one in self.all if isinstance(one, CodingSheet)}

    def of(self, other: Given) -> Given | None:
        """The sheet of the article that another sheet is of: by the text's sha256, else by the file's name."""
        sha256 = other.document.sha256 if isinstance(other, CodingSheet) else ""
        return self._by_sha256.get(sha256) or self._by_name.get(name(other))


def name(given: Given) -> str:
    """The name of the article's file, without its folder."""
    return Path(given.file if isinstance(given, Reading) else given.document.file).name


def _say_what_is_left(right: _Sheets, theirs: _Sheets) -> None:
    without = [name(one) for one in right.all if theirs.of(one) is None]
    if without:
        click.echo(
            f"note: {theirs.path} has no sheet of {_listed(without)}: all their events count as missed", err=True
        )
    extra = [name(one) for one in theirs.all if right.of(one) is None]
    if extra:
        click.echo(f"note: {right.path} has no sheet of {_listed(extra)}: not measured", err=True)


# Laying them side by side ---------------------------------------------------------------------------------------------


def _beside_articles(
    right: _Sheets, theirs: _Sheets | None, documents: Sequence[Document], coder_name: str
) -> Iterator[Matched]:
    """Each corrected sheet beside the other's, or the coder's, on the text of the article."""
    by_sha256 = {document.sha256: document for document in documents}
    by_name = {Path(document.file).name: document for document in documents}
    articles = [
        by_sha256.get(one.document.sha256 if isinstance(one, CodingSheet) else "") or by_name.get(name(one))
        for one in right.all
    ]
    if lacking := [name(one) for one, article in zip(right.all, articles, strict=True) if article is None]:
        raise EventdbError(
            f"{right.path} has a sheet of {_listed(lacking)}, but no article of that text or name was read",
            f"eventdb evaluate {right.path} ARTICLES, with the files or the folder in which they are",
        )
    found = [(one, article) for one, article in zip(right.all, articles, strict=True) if article]
    _hold_to_articles(right, found)
    coder = None if theirs else coder_of(coder_name)
    for one, article in found:
        if theirs:
            other = theirs.of(one)
        else:
            assert coder is not None  # noqa: S101 made where there are no sheets
            other = coder.code(article)
        corrected = gold.as_reading(one)
        yield matching.match(_reading(other, corrected), corrected, article.text)


def _side_by_side(right: _Sheets, theirs: _Sheets) -> Iterator[Matched]:
    """Without articles: by the offsets, which both must give, of one text."""
    if short := [name(one) for one in (*right.all, *theirs.all) if isinstance(one, Reading)]:
        raise EventdbError(
            f"the sheet of {_listed(short)} gives its passages without offsets",
            f"eventdb evaluate {right.path} ARTICLES --sheets {theirs.path}, with the articles",
        )
    for one in right.all:
        other, corrected = theirs.of(one), gold.as_reading(one)
        told = _reading(other, corrected)
        if other is not None and told.sha256 != corrected.sha256:
            raise EventdbError(
                f"{name(one)}: the two sheets are of two texts (their sha256 differ)",
                "eventdb code ARTICLE, which makes a sheet of the text as it is now",
            )
        yield matching.match(told, corrected, None)


def _reading(given: Given | None, corrected: Reading) -> Reading:
    """What the sheet tells; nothing where there is none."""
    return gold.as_reading(given) if given else Reading(corrected.file, corrected.sha256, "nobody")


def _hold_to_articles(right: _Sheets, found: Iterable[tuple[Given, Document]]) -> None:
    """Raises RefusedSheet where a corrected passage does not stand where it says; of mere quotes it is only said."""
    mistakes, lost = [], 0
    for one, article in found:
        if isinstance(one, CodingSheet):
            mistakes += [f"{name(one)}: {printable(mistake)}" for mistake in check_against(one, article.text)]
        else:
            flat = matching.flattened(article.text)
            quotes = [passage.text for account in one.accounts for passage in account.evidence]
            lost += sum(matching.flattened(quote).strip() not in flat for quote in quotes)
    if mistakes:
        noun = "mistake" if len(mistakes) == 1 else "mistakes"
        raise RefusedSheet(
            f"{right.path}: {len(mistakes)} {noun} against the articles",
            mistakes,
            "eventdb code ARTICLE, which gives the offsets of the text as it is now",
        )
    if lost:
        click.echo(f"note: {lost} of the passages in {right.path} do not stand in their articles", err=True)


def _documents(articles: Articles) -> list[Document]:
    """The articles that can be read; of the others it is said why."""
    documents = []
    for source in articles.sources:
        for item in articles.read(source):
            if isinstance(item, RefusedDocument):
                click.echo(f"refused: {printable(item.file)}: {printable(item.message)}", err=True)
            else:
                documents.append(item)
    return documents


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(printable(one) for one in names[:3]) + more
