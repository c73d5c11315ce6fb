"""`plain` agrees with `text` character for character."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventdb.document import Metadata
from eventdb.document.article import document, from_text
from eventdb.document.markup import glued, markup
from eventdb.document.plain import blank, fold
from eventdb.errors import RefusedDocument

ODD = "\u00a0\u2009\u202f\u200b\ufeff\u00ad\u2010\u2011\u2012\u2013\u2014\u2015‘’“”«»\r\n\t\x0b\x0c\x85\u2028"
ODD += "é́🚀𝒜*_`[]()#>-!|:MORE"
TEXTS = st.text(alphabet=st.one_of(st.sampled_from(ODD + string.ascii_letters + " .,"), st.characters(codec="utf-8")))


@given(TEXTS)
def test_folding_keeps_every_offset(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    for was, now in zip(text, folded, strict=True):
        assert now in (was, " ", "\n", "'", '"', "-", "—")


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_a_document_is_the_text_and_its_plain_partner(text: str) -> None:
    try:
        found = document(from_text("Word " + text), "a.txt", Metadata(), None)
    except RefusedDocument:
        return
    assert len(found.plain) == len(found.text)
    for now, folded in zip(found.plain, fold(found.text), strict=True):
        assert now in (folded, " ")


@given(TEXTS)
def test_blocks_are_in_order_and_hold_every_word(text: str) -> None:
    try:
        found = document(from_text("Word " + text), "a.txt", Metadata(), None)
    except RefusedDocument:
        return
    end = 0
    for block in found.blocks:
        assert end <= block.start < block.end <= len(found.text)
        assert not found.plain[end : block.start].strip()
        end = block.end
    assert not found.plain[end:].strip()


@pytest.mark.parametrize(
    ("odd", "plain"),
    [
        ("the group’s “claim”", 'the group\'s "claim"'),
        ("ten\u00a0rockets\u2009fell", "ten rockets fell"),
        ("Iran\u2011backed, semi\u2010official", "Iran-backed, semi-official"),
        ("wounding six – or more — of them", "wounding six — or more — of them"),
        ("one\r\ntwo\rthree\u2028four", "one \ntwo\nthree\nfour"),
        ("Kata\u200bib \x07bell", "Kata ib  bell"),
        ("𝒜 🚀 café", "𝒜 🚀 café"),
    ],
)
def test_what_is_folded(odd: str, plain: str) -> None:
    assert fold(odd) == plain


def test_blanking_leaves_line_feeds() -> None:
    assert blank("ab\ncd ef", [(1, 4), (3, 5)]) == "a \n   ef"


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("The [brigade](https://example.org/a_(b)) denied it.", "The brigade denied it."),
        ("![a photo](https://example.org/x.jpg)Two men died.", "Two men died."),
        ("The *Sea Heron* and **two** others, _slowly_.", "The Sea Heron and two others, slowly."),
        ("On the [*Sea Heron*](https://example.org)", "On the Sea Heron"),
        ("## What is known", "What is known"),
        ("> he said so", "he said so"),
        ("at `17:37` it fell", "at 17:37 it fell"),
        ("one<br/>two <!-- not\nseen -->three", "one two three"),
        ("they “drove [it] mad” (again)", "they “drove [it] mad” (again)"),
        ("5 * 3 * 2 and snake_case_name", "5 * 3 * 2 and snake_case_name"),
    ],
)
def test_markup_is_blanked_and_its_words_stay(marked: str, words: str) -> None:
    plain = markup(marked)
    assert len(plain) == len(marked)
    assert plain.split() == words.split() or " ".join(plain.split()).replace(" .", ".").replace(" ,", ",") == words


def test_headlines_glued_into_a_sentence_are_blanked_and_the_name_stays() -> None:
    text = (
        "Senator Ruth Bellamy Ruth Anne BellamyPanel delays vote on dams Overnight Rivers: Bellamy's third way "
        "MORE's (Ohio) office said nothing. Later Bellamy spoke."
    )
    plain = glued(text)
    assert len(plain) == len(text)
    assert " ".join(plain.split()) == "Senator Ruth Bellamy 's (Ohio) office said nothing. Later Bellamy spoke."


@pytest.mark.parametrize(
    "text",
    [
        "Ruth Bellamy, Ruth Anne Bellamy's aunt, wants MORE of it.",
        "Ruth Bellamy saw Ruth McBellamy and no MORE.",
        "Ruth Bellamy Ruth Anne BellamyPanel delays vote, and no end in sight",
    ],
)
def test_what_only_looks_like_glued_headlines_stays(text: str) -> None:
    assert glued(text) == text
