"""What every command shares: the options given before the noun, and the installation."""

import getpass
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tre.workspace.commands.console import Console

if TYPE_CHECKING:
    from tre.app import Tre


@dataclass
class Cli(Console):
    """One call of the command line."""

    actor: str | None = None

    @cached_property
    def app(self) -> "Tre":
        """The installation, opened when first needed."""
        from tre.app import Tre  # noqa: PLC0415 - slow to import; ``tre check`` does without

        return Tre.open()

    @property
    def person(self) -> str:
        """Who does this."""
        return self.actor or getpass.getuser()
