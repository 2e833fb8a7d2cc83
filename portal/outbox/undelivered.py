"""How sending fails: with a code that is safe to store and log."""

from __future__ import annotations


class Undelivered(Exception):
    """The notice did not arrive. `final`: trying again cannot help, somebody must change something."""

    def __init__(self, code: str, *, final: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.final = final
