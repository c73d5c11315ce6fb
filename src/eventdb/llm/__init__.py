"""Document → CodingSheet by a language model: any server that speaks the OpenAI protocol, and only where one is set.

Nothing that a model says is taken on trust: what its answer quotes must stand in the article, and offsets, names and
coordinates are found here. Each room answers one question and asks only those above it.

    prompt.md         what a model is told
    form.py           in which form does it answer?
    parts.py          which parts has a long article?
    prompt.py         which messages ask for one?

    quotes.py         where does a quote stand?
    names.py          which names stand near it?
    figures.py        which figures stand in it?
    days.py           do days agree with its words?
    places.py         which place does a name mean?
    weapons.py        which kind of weapon does a word mean?
    checking.py       what of an answer stands?
    merging.py        which events of several answers are one?
    sheets.py         the coding sheet
    coding.py         document → sheet, by whatever answers

    options.py        which server, model and key?
    request.py        what goes over the wire, in a dialect that the server takes?
    client.py         the server's answer, asked for again where that helps
    cache.py          the answers that are known
    model.py          all of it: a model as a coder
    handed.py         answers that came another way
"""
