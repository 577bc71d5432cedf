"""How every ``tre`` command prints and ends, in a workspace and outside of one.

Data goes to stdout, talk to stderr. Exit codes: 0 done; 1 to 7 as in ``tre.core.errors``; ``tre check`` ends with 10
(review) or 11 (fail).
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click

from disclosure_control.core.errors import DisclosureError
from tre.core.errors import TreError

Row = Mapping[str, object]


@dataclass
class Console:
    """One call of the command line."""

    as_json: bool = False

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


def run_group(group: click.Group, arguments: list[str] | None = None) -> None:
    """Run a command line and exit with its code."""
    try:
        code = group.main(args=arguments, prog_name="tre", standalone_mode=False)
    except click.exceptions.Abort:
        code = _complain("Stopped.", "", 130)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except TreError as error:
        code = _complain(error.message, error.hint, error.exit_code)
    except DisclosureError as error:
        code = _complain(str(error), "", 2)
    sys.exit(code if isinstance(code, int) else 0)


def _complain(message: str, hint: str, code: int) -> int:
    click.secho(f"tre: {message}", err=True, fg="red")
    if hint:
        click.secho(f"     {hint}", err=True)
    return code


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
