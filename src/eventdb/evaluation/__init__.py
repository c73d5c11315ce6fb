"""Coding sheets beside corrected ones: how much of an article was found, and how much of what was found is right.

Pure: sheets in, figures out. Nothing here reads an article, asks a database or knows the coder, so that a person is
measured like a machine.

    types.py       what is compared: an event as one coder tells it
    sheets.py      coding sheet → what is compared
    gold.py        corrected sheets, in either form → what is compared
    words.py       names and the words of places, made comparable
    agreeing.py    do two dates, figures, places or names agree?
    matching.py    which event of one is which of the other?
    slots.py       what of a pair of events is right?
    scores.py      what that adds up to
    classes.py     the errors, each with its passage and the two values
    agreement.py   Krippendorff's alpha between two coders
"""
