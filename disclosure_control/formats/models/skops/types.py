"""What of a model is known: the names of the types that are not, and the fields that are taken out."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from disclosure_control.formats.models.skops.fields import COMPILED_LOSSES, EMPTIED, LEFT_OUT, NUMBER_TYPES, TYPES
from disclosure_control.formats.models.skops.values import Generator, Loss, ObjectNode, TypeName, Value, parts


@dataclass(frozen=True)
class RemovedFields:
    """What fields that were taken out are, and whether models usually have them: the numbers of those say nothing."""

    what: str
    usual: bool


_GENERATORS: Final = RemovedFields("states of generators of random numbers", usual=True)
_KNOWN: Final[Mapping[type[ObjectNode | Loss | TypeName], Container[str]]] = {
    ObjectNode: TYPES,
    Loss: COMPILED_LOSSES,
    TypeName: NUMBER_TYPES,
}


def unknown(model: Value) -> list[str]:
    """The names of a model's types that are not in the table, each once."""
    names: dict[str, str] = {}
    for _, value in parts(model):
        for kind, known_types in _KNOWN.items():
            if isinstance(value, kind) and value.type not in known_types:
                names[value.type] = value.name
    return list(names.values())


def _removal(thing: ObjectNode, name: str) -> RemovedFields:
    if name in LEFT_OUT:
        return RemovedFields(f"{thing.name}: {LEFT_OUT[name]}", usual=True)
    return RemovedFields(f"a field that {thing.name} does not have", usual=False)


def _empty(value: Value) -> bool:
    return value is None or (isinstance(value, list) and not value)


def take_out(model: Value) -> Mapping[RemovedFields, Sequence[Value]]:
    """Take every field out of a model that its type does not have, and every generator of random numbers."""
    removed: dict[RemovedFields, list[Value]] = {}
    for thing in [value for _, value in parts(model) if isinstance(value, ObjectNode) and value.type in TYPES]:
        for name, value in list(thing.fields.items()):
            if isinstance(value, Generator):
                removed.setdefault(_GENERATORS, []).append(value)
                thing.fields[name] = None
            elif name not in TYPES[thing.type] and not _empty(value):
                removed.setdefault(_removal(thing, name), []).append(value)
            if name not in TYPES[thing.type]:
                del thing.fields[name]
        thing.fields.update({name: [] for name in EMPTIED.get(thing.type, ())})
    return removed
