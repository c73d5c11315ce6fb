"""Document → CodingSheet: rules and word lists, no network, no chance, the same answer on every machine.

text.py        sentences and tokens
names.py, numbers.py, dates.py, scan.py     what the words of a sentence are
parties.py, speech.py, figures.py           who, who says so, how many
mentions.py    the attacks that a sentence mentions, real or not
geography.py, blame.py, verbal.py, tallies.py
story.py       mentions → incidents of the document, set in time
write.py       incidents → coding sheet
"""

from eventdb.coder.write import CODER, code

__all__ = ["CODER", "code"]
