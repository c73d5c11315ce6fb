"""Importing this module reads the word lists and the lexicon, once.

It is for the process from which workers split off: they share what was read before, in time and in memory.
"""

import gc

from eventdb.coder.coding import code
from eventdb.document import Metadata
from eventdb.document.article import document, from_text

_TEXT = "A rocket hits a base\n\nGunmen fired a rocket at a base near Erbil on Monday, killing two guards, police said."
code(document(from_text(_TEXT), "warm", Metadata(), None))
gc.collect()
gc.freeze()  # what is shared stays shared: no worker goes through it for garbage, which would copy it
