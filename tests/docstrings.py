"""What docstrings of public functions say, held against signatures and against what the code raises.

Errors are followed from a public function through the functions and classes of our own that it calls by name, less
those that are caught on the way. Calls of methods of unknown objects are not followed: what only they raise is not
asked for.
"""

import ast
import dataclasses
import inspect
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

import griffe

from disclosure_control.core.errors import DisclosureError
from tre.core.errors import TreError

OURS = ("disclosure_control", "tre", "hub_config")
# What is raised there says that our own code is wrong, whatever a caller gives.
DEFECTS = frozenset({"tre.audit.events.Event.__post_init__"})
# Made by ``tre.app`` alone: what their constructors take is nobody else's matter.
MADE_INSIDE = "tre.services."
Errors = frozenset[type[BaseException]]
_Sections = dict[str, Any]


def is_ours(thing: object) -> bool:
    """Whether a function or class is defined in one of our packages."""
    return str(getattr(thing, "__module__", "") or "").split(".")[0] in OURS


def public_members(module: ModuleType, names: list[str]) -> Iterator[tuple[str, Any, type | None]]:
    """The functions and classes that names stand for, and the public methods of the classes, with the class."""
    for name in names:
        thing = getattr(module, name)
        if inspect.isclass(thing) and is_ours(thing):
            yield name, thing, None
            for attribute, value in inspect.getmembers(thing):
                if not attribute.startswith("_") and (inspect.isfunction(value) or inspect.ismethod(value)):
                    function = getattr(value, "__func__", value)
                    if is_ours(function):
                        yield f"{name}.{attribute}", function, thing
        elif inspect.isfunction(thing):
            yield name, thing, None


def problems(name: str, thing: Any, owner: type | None = None) -> list[str]:
    """What a docstring does not say of a function or class; empty when it is whole."""
    sections = _sections(thing)
    said = [] if sections.get("text") else ["says nothing"]
    if ">>> " in str(sections.get("text")):
        said.append("an example stands outside of Examples")
    if inspect.isclass(thing):
        said += _fields(thing, sections)
    else:
        said += _arguments(thing, sections)
        if _returns(thing) and "returns" not in sections:
            said.append("Returns is missing")
        documented = {str(entry.annotation) for entry in sections.get("raises", ())}
        for error in raised(thing, owner):
            if not documented & {base.__name__ for base in error.__mro__[:-3]}:
                said.append(f"{error.__name__} is not said to be raised")
    return [f"{name}: {problem}" for problem in said]


def _sections(thing: Any) -> _Sections:
    parsed = griffe.Docstring(inspect.getdoc(thing) or "").parse("google", warnings=False)
    return {section.kind.value: section.value for section in parsed}


def _arguments(function: FunctionType, sections: _Sections) -> Iterator[str]:
    described = {entry.name.lstrip("*"): entry.description for entry in sections.get("parameters", ())}
    wanted = [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]
    yield from (f"argument {name} is not described" for name in wanted if not described.get(name))
    yield from (f"argument {name} does not exist" for name in described if name not in wanted)


def _fields(thing: type, sections: _Sections) -> Iterator[str]:
    described = {entry.name for kind in ("attributes", "parameters") for entry in sections.get(kind, ())}
    wanted = [field.name for field in dataclasses.fields(thing)] if dataclasses.is_dataclass(thing) else []
    own = vars(thing).get("__init__")
    if isinstance(own, FunctionType) and not wanted and not thing.__module__.startswith(MADE_INSIDE):
        wanted = [name for name in inspect.signature(own).parameters if name != "self"]
    yield from (f"field {name} is not described" for name in wanted if name not in described)


def _returns(function: FunctionType) -> bool:
    return str(inspect.signature(function).return_annotation) not in ("None", "<class 'NoneType'>")


@cache
def raised(function: FunctionType, owner: type | None = None) -> Errors:
    """The errors of our own that a call may raise, as far as its calls can be followed by name."""
    return frozenset(_raised(function, owner, frozenset()))


def _raised(function: FunctionType, owner: type | None, above: frozenset[object]) -> set[type[BaseException]]:
    generated = function.__code__.co_filename.startswith("<")  # as the __init__ of a dataclass
    defect = f"{function.__module__}.{function.__qualname__}" in DEFECTS
    if function in above or generated or defect or not is_ours(function):
        return set()
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return _Walk(function, owner, above | {function}).of(tree.body[0].body)  # type: ignore[attr-defined]


class _Walk:
    """The errors of some statements of one function."""

    def __init__(self, function: FunctionType, owner: type | None, above: frozenset[object]) -> None:
        self.names = {**function.__globals__, **(inspect.getclosurevars(function).nonlocals)}
        self.owner, self.above = owner, above

    def of(self, nodes: list[Any]) -> set[type[BaseException]]:
        found: set[type[BaseException]] = set()
        for node in nodes:
            found |= self._node(node)
        return found

    def _node(self, node: ast.AST) -> set[type[BaseException]]:
        if isinstance(node, ast.Try):
            caught = tuple(error for handler in node.handlers for error in self._caught(handler))
            body = {error for error in self.of(node.body) if not issubclass(error, caught)}
            return body | self.of([*node.handlers, *node.orelse, *node.finalbody])
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            return set()
        found = self.of(list(ast.iter_child_nodes(node)))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call | ast.Name):
            error = self._value(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
            if inspect.isclass(error) and issubclass(error, DisclosureError | TreError):
                found.add(error)
        elif isinstance(node, ast.Call):
            found |= self._call(self._value(node.func))
        return found

    def _call(self, called: Any) -> set[type[BaseException]]:
        if inspect.isclass(called) and is_ours(called) and not issubclass(called, BaseException):
            made = [vars(called).get(name) for name in ("__init__", "__post_init__")]
            return set().union(*(_raised(one, called, self.above) for one in made if isinstance(one, FunctionType)))
        owner = called.__self__ if inspect.ismethod(called) and inspect.isclass(called.__self__) else self.owner
        function = inspect.unwrap(getattr(called, "__func__", called)) if isinstance(called, Callable) else None
        return _raised(function, owner, self.above) if isinstance(function, FunctionType) else set()

    def _caught(self, handler: ast.ExceptHandler) -> list[type[BaseException]]:
        types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        known = [self._value(one) if one is not None else BaseException for one in types]
        return [error for error in known if inspect.isclass(error) and issubclass(error, BaseException)]

    def _value(self, node: ast.AST) -> Any:
        """What a name, or names with dots, stand for, where that can be seen from outside a call."""
        if isinstance(node, ast.Name):
            if node.id in ("self", "cls"):
                return self.owner
            return self.names.get(node.id, getattr(__import__("builtins"), node.id, None))
        if isinstance(node, ast.Attribute):
            base = self._value(node.value)
            return getattr(base, node.attr, None) if inspect.isclass(base) or inspect.ismodule(base) else None
        return None
