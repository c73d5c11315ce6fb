"""Where the files that ship with eventdb are: in the checkout, or inside the installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The shipped top-level folder `name` ("alembic", "sql" or "seeds").

    A wheel carries it inside the package; an editable install finds it beside `src/`.
    """
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent.parent / name
