"""How far a long command is: what the backup tells, and whoever shows it hears."""

from typing import Protocol


class Progress(Protocol):
    """Hears of each stage, and of the bytes of tables that are done in it."""

    def stage(self, name: str, length: int = 0) -> None:
        """A stage begins, of `length` bytes in all; 0 where nobody can say."""

    def advance(self, amount: int) -> None:
        """So many bytes more are done."""


class Silent:
    """Shows nothing."""

    def stage(self, name: str, length: int = 0) -> None: ...

    def advance(self, amount: int) -> None: ...
