"""What every command shares: the options given before the noun, the installation, and how data is printed."""

import getpass
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tre.app import Tre

Row = Mapping[str, object]


@dataclass
class Cli:
    """One call of the command line."""

    as_json: bool = False
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

    def show(self, data: Row | Sequence[Row], *, empty: str = "Nothing yet.") -> None:
        """Print a record, or rows as a table, to stdout; as JSON when asked."""
        if self.as_json:
            click.echo(json.dumps(data, default=str, ensure_ascii=False, indent=1))
        elif isinstance(data, Mapping):
            width = max((len(str(key)) for key in data), default=0)
            for key, value in data.items():
                click.echo(f"{key:<{width}}  {_text(value)}")
        elif not data:
            self.say(empty)
        else:
            click.echo(table(data))

    def say(self, text: str) -> None:
        """A word to the person, on stderr."""
        click.echo(text, err=True)


def table(rows: Sequence[Row]) -> str:
    """Rows as aligned columns under their names."""
    names = list(rows[0])
    cells = [[_text(row[name]) for name in names] for row in rows]
    widths = [max(len(name), *(len(row[place]) for row in cells)) for place, name in enumerate(names)]
    lines = [names, *cells]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(_text, value))
    return "" if value is None else str(value)
