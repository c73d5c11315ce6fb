"""`eventdb code --coder llm` without a server: questions printed, answers handed in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from eventdb.cli.articles import Articles, printable
from eventdb.cli.coders import LLM, Coder
from eventdb.document import Document
from eventdb.errors import EventdbError, RefusedDocument
from eventdb.sheet import CodingSheet


def handing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--print-request` and `--answer`, handed to the command as `print_request` and `answers`."""
    for option in (
        click.option(
            "--answer",
            "answers",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            multiple=True,
            metavar="FILE",
            help="With --coder llm: take the answers of the model from files, in the order of the questions, and ask "
            "no server.",
        ),
        click.option(
            "--print-request",
            is_flag=True,
            help="With --coder llm: print the request that would be sent, as JSON, and send nothing. With --answer, "
            "the request that comes after those answers.",
        ),
    ):
        command = option(command)
    return command


def check_usage(coder_name: str, answers: tuple[Path, ...], *, print_request: bool, explain: bool) -> None:
    """Raises UsageError where options are given that do not go with the coder."""
    if coder_name != LLM and (answers or print_request):
        raise click.UsageError("--print-request and --answer go with --coder llm only.")
    if coder_name == LLM and explain:
        raise click.UsageError("--explain goes with --coder rules only: a model has no rules to show.")


def handed(answers: tuple[Path, ...]) -> Coder:
    """The model whose answers to the questions about one article stand in the files.

    Its `code` raises EventdbError where an answer is missing, or one is left, or a second article comes.
    """
    given = [path.read_text(encoding="utf-8", errors="replace") for path in answers]
    coded: list[str] = []

    def code(document: Document) -> CodingSheet:
        if coded:
            raise EventdbError(
                "the answers are those of one article, and two were named",
                "eventdb code --coder llm --answer FILE ARTICLE, for each article by itself",
            )
        coded.append(document.file)
        sheet, _, left = _asked(document, given, all_asked=False)
        if sheet is None:
            raise EventdbError(
                f"{printable(document.file)}: {len(given)} answers are too few: it is asked about in several parts",
                "eventdb code --coder llm --print-request with the same --answer FILE prints the next request",
            )
        if left:
            raise EventdbError(
                f"{printable(document.file)}: nothing was asked that the last of the answers would answer",
                "the same command without it",
            )
        return sheet

    return Coder(_names()[1], code, remote=True)


def print_requests(articles: Articles, answers: tuple[Path, ...]) -> tuple[int, int]:
    """Prints of each article the request that has no answer yet, one a line; how many articles, how many refused."""
    given = [path.read_text(encoding="utf-8", errors="replace") for path in answers]
    done = refused = 0
    for source in articles.sources:
        for item in articles.read(source):
            if isinstance(item, RefusedDocument):
                refused += 1
                click.echo(f"refused: {printable(item.file)}: {printable(item.message)}", err=True)
                continue
            if done and given:
                raise EventdbError(
                    "the answers are those of one article, and two were named",
                    "eventdb code --coder llm --print-request --answer FILE ARTICLE, for each by itself",
                )
            done += 1
            try:
                _, request, _ = _asked(item, given, all_asked=True)
            except RefusedDocument as error:
                refused, done = refused + 1, done - 1
                click.echo(f"refused: {printable(item.file)}: {printable(error.message)}", err=True)
                continue
            if request is None:
                click.echo(f"note: {printable(item.file)}: every question about it is answered", err=True)
            else:
                click.echo(json.dumps(request, ensure_ascii=False))
    return done, refused


def _names() -> tuple[str, str]:
    """The model's name, and the coder's."""
    from eventdb.llm import options  # noqa: PLC0415 loads much that the rules can do without
    from eventdb.llm.model import coder_name  # noqa: PLC0415

    model = options.name()
    return model, coder_name(model)


def _asked(
    document: Document, given: list[str], *, all_asked: bool
) -> tuple[CodingSheet | None, dict[str, Any] | None, int]:
    """The sheet that the answers make, else the first request that they leave open; how many answers are left."""
    from eventdb.llm import coding, options  # noqa: PLC0415
    from eventdb.llm.handed import Handed, Unanswered  # noqa: PLC0415

    model, coder = _names()
    ask = Handed(model, given, all_asked=all_asked)
    try:
        return coding.code(document, ask, coder, options.part()), None, ask.left
    except Unanswered as open_:
        return None, open_.request, ask.left
