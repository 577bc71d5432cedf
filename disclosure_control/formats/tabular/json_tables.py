"""The tables in a JSON document, whatever its form: lists of objects, objects of lists, lists in lists, keyed rows.

What belongs to no table is still compared with the data: the numbers that stand beside the tables, in their order.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from disclosure_control.core.content import Table, TableKind, table_of
from disclosure_control.core.location import Spot

_MAX_TABLES: Final = 200
_MAX_COLUMNS: Final = 500
_MAX_DEPTH: Final = 6  # of objects in the objects that are rows


@dataclass(frozen=True)
class JsonTables:
    """What a document holds: its tables, and the numbers that stand in none of them, a text for each object or list."""

    tables: tuple[Table, ...]
    numbers: tuple[str, ...]


def tables_in(document: Any) -> JsonTables:
    """Read every table of a document of plain values, as ``json.loads`` makes them."""
    walk = _Walk()
    walk.stack.append(document)
    while walk.stack:
        walk.take(walk.stack.pop())
    return JsonTables(tuple(walk.tables), tuple(walk.numbers))


@dataclass
class _Walk:
    """What was found so far, and what is still to be looked at."""

    tables: list[Table] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    stack: list[Any] = field(default_factory=list)

    def take(self, value: Any) -> None:
        """One object or list; what is in it comes next, unless it is a table."""
        full = len(self.tables) >= _MAX_TABLES
        if isinstance(value, dict):
            if full or not self._mapping(value):
                self._further(list(value.values()))
        elif isinstance(value, list) and (full or not self._list(value)):
            self._further(value)

    def _further(self, items: list[Any]) -> None:
        self._note(items)
        self.stack += [item for item in reversed(items) if isinstance(item, dict | list)]

    def _note(self, items: Sequence[Any]) -> None:
        numbers = [json.dumps(item) for item in items if _is_number(item)]
        if numbers:
            self.numbers.append(" ".join(numbers))

    def _list(self, items: list[Any]) -> bool:
        if len(items) < 2:
            return False
        if all(isinstance(item, dict) for item in items):
            self._rows([self._flat(item) for item in items], "list")
            return True
        if all(isinstance(item, list) and len(item) == len(items[0]) > 0 for item in items) and _all_plain(items):
            names = items[0] if all(isinstance(cell, str) for cell in items[0]) else [""] * len(items[0])
            rows = items[1:] if names is items[0] else items
            self._table("lists", [names[:_MAX_COLUMNS], *([_cell(c) for c in row[:_MAX_COLUMNS]] for row in rows)])
            return True
        return False

    def _mapping(self, value: dict[str, Any]) -> bool:
        inner = list(value.values())
        if len(value) > 1 and all(isinstance(item, dict) and item for item in inner):
            rows = [{"": key, **self._flat(item)} for key, item in value.items()]
            if len({name for row in rows for name in row}) > 2 * len(rows):  # as pandas writes columns
                rows = _transposed(rows)
            self._rows(rows, "keys", Spot.KEYS)
            return True
        if inner and all(isinstance(item, list) and len(item) == len(inner[0]) > 1 for item in inner):
            if not _all_plain(inner):
                return False
            if len(value) > len(inner[0]):  # each key is a row
                lines = [["", *[""] * len(inner[0])], *([key, *map(_cell, item)] for key, item in value.items())]
                self._table("keys", [line[:_MAX_COLUMNS] for line in lines], Spot.KEYS)
            else:
                cells = zip(*([_cell(c) for c in item] for item in inner), strict=True)
                self._table("columns", [list(value), *map(list, cells)])
            return True
        if len(value) > 2 and all(map(_is_number, inner)):
            lines = [["", ""], *([key, _cell(item)] for key, item in value.items())]
            self._table("keys", lines, Spot.KEYS, TableKind.LISTED)
            return True
        return False

    def _flat(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """An object with the objects in it taken apart; lists in it that are tables are looked at on their own."""
        flat: dict[str, Any] = {}
        todo: list[tuple[str, Mapping[str, Any], int]] = [("", item, 0)]
        while todo:
            before, part, depth = todo.pop()
            for key, value in part.items():
                if isinstance(value, dict) and depth < _MAX_DEPTH:
                    todo.append((f"{before}{key}.", value, depth + 1))
                else:
                    flat[before + key] = value
                    if isinstance(value, list | dict) and value:
                        self.stack.append(value)
        return flat

    def _rows(self, rows: Sequence[Mapping[str, Any]], kind: str, spot: Spot = Spot.ITEMS) -> None:
        names = list(dict.fromkeys(str(key) for row in rows for key in row))
        self._table(
            kind, [names[:_MAX_COLUMNS], *([_cell(row.get(n)) for n in names[:_MAX_COLUMNS]] for row in rows)], spot
        )
        for row in rows if len(names) > _MAX_COLUMNS else ():
            self._note([row.get(name) for name in names[_MAX_COLUMNS:]])

    def _table(
        self, kind: str, lines: list[list[str]], spot: Spot = Spot.ITEMS, table_kind: TableKind = TableKind.TABLE
    ) -> None:
        place = f"{kind} {len(self.tables) + 1}"
        self.tables.append(table_of(lines, where=place, spot=spot, first=1, kind=table_kind))


def _transposed(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The keys of the rows as rows: the names of the old rows, which stand at the key "", become the new keys."""
    names = list(dict.fromkeys(key for row in rows for key in row if key))
    return [{"": name, **{str(row[""]): row.get(name) for row in rows}} for name in names]


def _all_plain(lists: Sequence[list[Any]]) -> bool:
    return not any(isinstance(cell, list | dict) for row in lists for cell in row)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case _:
            return json.dumps(value)
