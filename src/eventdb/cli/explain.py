"""`eventdb code --explain`: each value marked in its sentence, with its rule, and what was considered besides."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

import click
import yaml

from eventdb import coder
from eventdb.cli.articles import Articles, exit_code, printable
from eventdb.coder import Considered, Explained, Value
from eventdb.errors import RefusedDocument
from eventdb.sheet import Event, Span, Tally

LABELS = {
    "type": "type", "date": "date", "place": "place", "weapon": "weapon", "target": "target", "killed": "killed",
    "wounded": "wounded", "missing": "missing", "detained": "detained", "actor": "who",
}  # fmt: skip
"""Fields of values that are marked in the sentence → their names in the marks."""
COLOURS = {
    "type": "red", "date": "cyan", "place": "green", "weapon": "magenta", "target": "blue", "killed": "yellow",
    "wounded": "yellow", "missing": "yellow", "detained": "yellow", "who": "bright_magenta", "": "bright_red",
}  # fmt: skip
"""Names in the marks → colours of a terminal; "" are words that were considered besides."""
_INDENT = " " * 4
_DEEPER = " " * 14
_EDGES = ' \t\n,;:()"'  # what is no part of a mark where it stands at its edge

Mark = Callable[[str, str], str]
"""From a name and the words that it is about to the marked words."""


def run(articles: Articles, style: str | None) -> int:
    """Codes the articles by the rules, prints why, and returns the exit code; what is refused is said on stderr."""
    done = refused = 0

    def explained() -> Iterator[Explained]:
        nonlocal done, refused
        for item in (item for source in articles.sources for item in articles.read(source)):
            if isinstance(item, RefusedDocument):
                refused += 1
                click.echo(f"refused: {printable(item.file)}: {printable(item.message)}", err=True)
            else:
                done += 1
                yield coder.explain(item)

    _write(explained(), style)
    return exit_code(done, refused)


def _write(explained: Iterable[Explained], style: str | None) -> None:
    """Prints the explanations in one of the formats of `eventdb code`; None is `text`."""
    match style:
        case "jsonl":
            for one in explained:
                click.echo(json.dumps(one.as_json(), ensure_ascii=False))
        case "json":
            click.echo(json.dumps([one.as_json() for one in explained], ensure_ascii=False, indent=2))
        case "yaml":
            for one in explained:
                click.echo("---")
                click.echo(yaml.safe_dump(_lists(one.as_json()), allow_unicode=True, sort_keys=False), nl=False)
        case _:
            mark = coloured if _in_colour() else bracketed
            for one in explained:
                for line in readable(one, min(shutil.get_terminal_size().columns, 120), mark):
                    click.echo(line)


def _lists(data: object) -> object:
    """The same with lists for tuples, which YAML would tag."""
    if isinstance(data, dict):
        return {key: _lists(value) for key, value in data.items()}
    return [_lists(value) for value in data] if isinstance(data, list | tuple) else data


def _in_colour() -> bool:
    """Whether standard output shows colours: a terminal, where NO_COLOR (no-color.org) is not set."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def coloured(name: str, words: str) -> str:
    """The words in the colour of what they are about."""
    return click.style(words, fg=COLOURS[name], bold=True)


def bracketed(name: str, words: str) -> str:
    """The words in brackets, after the name of what they are about."""
    return f"[{name}: {words}]" if name else f"[{words}]"


def readable(explained: Explained, width: int, mark: Mark) -> Iterator[str]:
    """The explanation as a person wants to read it, line by line, at most about `width` columns wide."""
    sheet = explained.sheet
    yield printable(" · ".join(part for part in (sheet.document.file, sheet.document.title) if part))
    if mark is coloured:
        yield "marks: " + " ".join(mark(name, name) for name in COLOURS if name) + " " + mark("", "considered besides")
    if not sheet.events:
        yield "  no events"
    for event in sheet.events:
        values = [value for value in explained.values if value.event == event.id]
        again = [c.sentence for c in explained.considered if event.id in c.events]
        yield ""
        yield from _event(event, values, again, width, mark)
    for n, tally in enumerate(sheet.tallies, 1):
        yield ""
        yield from _tally(n, tally, width)
    besides = [c for c in explained.considered if c.verdict != "event"]
    if besides:
        yield ""
        yield "Considered besides:"
        for _, group in groupby(besides, key=lambda c: c.sentence.start):
            yield from _besides(list(group), width, mark)
    yield ""


def _event(event: Event, values: list[Value], again: list[Span], width: int, mark: Mark) -> Iterator[str]:
    said = {value.field: value.value for value in reversed(values)}
    head = [event.type.replace("_", " "), said.get("date", "no date"), said.get("place", "no place")]
    yield f"{event.id}  " + printable(" · ".join(head))
    sentences = {span.start: span for span in (*(v.sentence for v in values), *again) if span is not None}
    for _, sentence in sorted(sentences.items()):
        marks = [
            (v.passage, LABELS[v.field])
            for v in values
            if v.passage is not None and v.field in LABELS and v.passage != v.sentence
        ]
        yield from _wrapped(f"“{marked(sentence, marks, mark)}”", _INDENT, _INDENT, width)
    for value in values:
        yield from _value(value, width)


def _value(value: Value, width: int) -> Iterator[str]:
    told = value.value.replace("_", " ") if value.field == "type" else value.value
    yield from _wrapped(printable(told), f"{_INDENT}{LABELS.get(value.field, value.field):<10}", _DEEPER, width)
    whole = value.passage == value.sentence
    words = f"“{_plain(value.passage.text)}”" if value.passage and not whole else "the sentence" if whole else ""
    if value.passage is None:
        words = "no words of its own"
    why = " · ".join(part for part in (words, printable(value.rule), printable(value.entry)) if part)
    yield from _wrapped(why, _DEEPER, _DEEPER, width)


def _tally(n: int, tally: Tally, width: int) -> Iterator[str]:
    most = f" to {tally.high}" if tally.high not in {None, tally.low} else ""
    number = "uncounted" if tally.low is None else f"{'at least ' if tally.high is None else ''}{tally.low}{most}"
    yield from _wrapped(f"{number} {printable(tally.what)}", f"tally {n}  ", _INDENT, width)
    for span in tally.evidence:
        yield from _wrapped(f"“{_plain(span.text)}”", _INDENT, _INDENT, width)
    yield from _wrapped(printable(tally.rule or ""), _DEEPER, _DEEPER, width)


def _besides(group: list[Considered], width: int, mark: Mark) -> Iterator[str]:
    yield from _wrapped(
        f"“{marked(group[0].sentence, [(c.passage, '') for c in group], mark)}”", _INDENT, _INDENT, width
    )
    for considered in group:
        what = "" if considered.kind == "attack" else f", {considered.kind}"
        where = f" into {', '.join(considered.events)}" if considered.verdict == "merged" else ""
        words = f"“{_plain(considered.passage.text)}”{what}: {considered.verdict}{where}"
        yield from _wrapped(f"{words} · {printable(considered.reason)}", " " * 8, " " * 10, width)


def marked(sentence: Span, marks: list[tuple[Span, str]], mark: Mark) -> str:
    """The sentence on one line with its passages marked; of two that overlap the shorter one is seen whole.

    A target gives way to all others: the killed are targets, too.
    """
    names: list[str | None] = [None] * len(sentence.text)
    for span, name in sorted(marks, key=lambda pair: (pair[1] != "target", pair[0].start - pair[0].end)):
        if sentence.start <= span.start and span.end <= sentence.end:
            names[span.start - sentence.start : span.end - sentence.start] = [name] * (span.end - span.start)
    out, at = "", 0
    for label, run in groupby(names):
        size = len(list(run))
        words = sentence.text[at : at + size]
        at += size
        core = words.strip(_EDGES)
        if label is None or not any(char.isalnum() for char in core):
            out += printable(words)
            continue
        before, after = words.split(core, 1)[0], words.rsplit(core, 1)[1]
        out += printable(before) + mark(label, _plain(core)) + printable(after)
    return " ".join(out.split())


def _plain(words: str) -> str:
    return printable(" ".join(words.split()))


def _wrapped(text: str, first: str, rest: str, width: int) -> Iterator[str]:
    """Lines of at most `width` columns where words allow; the codes of colours take no column."""
    line, used, any_word = first, len(first), False
    for word in text.split(" "):
        size = len(click.unstyle(word))
        if any_word and used + 1 + size > max(width, 40):
            yield line.rstrip()
            line, used, any_word = rest, len(rest), False
        line += (" " if any_word else "") + word
        used += size + any_word
        any_word = True
    yield line.rstrip()
