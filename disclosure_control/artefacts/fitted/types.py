"""What of a model is known: the names of the types that are not, and the fields that are taken out."""

from collections.abc import Container, Mapping
from typing import Final

from disclosure_control.artefacts.fitted.fields import COMPILED_LOSSES, EMPTIED, LEFT_OUT, NUMBER_TYPES, TYPES
from disclosure_control.artefacts.fitted.values import Generator, Loss, Thing, TypeName, Value, parts

_KNOWN: Final[Mapping[type[Thing | Loss | TypeName], Container[str]]] = {
    Thing: TYPES,
    Loss: COMPILED_LOSSES,
    TypeName: NUMBER_TYPES,
}


def unknown(model: Value) -> list[str]:
    """The names of a model's types that are not in the table, each once."""
    named: dict[str, str] = {}
    for _, value in parts(model):
        for kind, known in _KNOWN.items():
            if isinstance(value, kind) and value.type not in known:
                named[value.type] = value.name
    return list(named.values())


def _empty(value: Value) -> bool:
    return value is None or (isinstance(value, list) and not value)


def take_out(model: Value) -> dict[str, list[Value]]:
    """Take every field out of a model that its type does not have, and every generator of random numbers.

    Returns:
        What was taken, by what it is.
    """
    taken: dict[str, list[Value]] = {}
    for thing in [value for _, value in parts(model) if isinstance(value, Thing) and value.type in TYPES]:
        for name, value in list(thing.fields.items()):
            if isinstance(value, Generator):
                taken.setdefault("states of generators of random numbers", []).append(value)
                thing.fields[name] = None
            elif name not in TYPES[thing.type] and not _empty(value):
                what = LEFT_OUT.get(name)
                place = f"{thing.name}: {what}" if what else f"a field that {thing.name} does not have"
                taken.setdefault(place, []).append(value)
            if name not in TYPES[thing.type]:
                del thing.fields[name]
        thing.fields.update({name: [] for name in EMPTIED.get(thing.type, ())})
    return taken
