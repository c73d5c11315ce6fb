"""The coders that a command can be told to use, behind one door: an article in, its coding sheet out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import click

from eventdb import coder
from eventdb.document import Document
from eventdb.sheet import CodingSheet

RULES, LLM = "rules", "llm"


@dataclass(frozen=True, slots=True)
class Coder:
    """A coder: its name and version as they stand in the sheets, and what codes an article.

    `spent` says what the articles so far have cost, in words; "" where they cost nothing. A `remote` coder waits for
    another machine: it may be called by several threads at once.
    """

    name: str
    code: Callable[[Document], CodingSheet]
    spent: Callable[[], str] = lambda: ""
    remote: bool = False


def coder_of(name: str) -> Coder:
    """The coder that `--coder NAME` means. Raises CoderUnavailable where it is not set up."""
    return _MAKERS[name]()


def notes_of(sheet: CodingSheet) -> tuple[str, ...]:
    """What the coder left out of the sheet because the article does not bear it out, and why."""
    return tuple(map(str, getattr(sheet, "notes", ())))


def _rules() -> Coder:
    return Coder(coder.CODER, coder.code)


def _model() -> Coder:
    from eventdb.llm import options  # noqa: PLC0415 loads much that the rules can do without
    from eventdb.llm.model import Model  # noqa: PLC0415

    model = Model(options.read())
    return Coder(model.name, model.code, lambda: str(model.spent), remote=True)


_MAKERS: dict[str, Callable[[], Coder]] = {RULES: _rules, LLM: _model}

coder_option = click.option(
    "--coder",
    "coder_name",
    type=click.Choice(list(_MAKERS)),
    default=RULES,
    show_default=True,
    help="Who codes: the rules of eventdb, or the model that EVENTDB_LLM_URL and EVENTDB_LLM_MODEL name.",
)
"""`--coder NAME`, handed to the command as `coder_name`: give it to `coder_of`."""
