"""Bytes → Document.

`find` says which files the caller's paths name, `read` turns each into documents or refusals:

    for source in find(["seeds"]).sources:
        for item in read(source): ...
"""

from eventdb.document.reader import read
from eventdb.document.sources import EXTENSIONS, Found, Source, find
from eventdb.document.types import Block, Document, Metadata

__all__ = ["EXTENSIONS", "Block", "Document", "Found", "Metadata", "Source", "find", "read"]
