"""Notebook templates: what each is for, its parameters with their types, and the outputs it declares.

``templates.toml`` beside the notebooks is the one description. Papermill accepts unknown parameters in silence, so
they are checked here, before anything runs.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tre.core.errors import BadInput, NotFound

Value = str | int | float | bool
TYPES: Final[Mapping[str, type[Value]]] = {"string": str, "integer": int, "number": float, "boolean": bool}


@dataclass(frozen=True)
class Parameter:
    """One parameter: its type's name, default, meaning, and the values allowed (empty: any of the type)."""

    name: str
    type: str
    default: Value
    description: str
    allowed: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Template:
    """One notebook that can be run."""

    name: str
    purpose: str
    datasets: tuple[str, ...]
    outputs: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    notebook: Path


def load_template(folder: Path, name: str) -> Template:
    """Read one template.

    Raises:
        NotFound: there is none of this name; lists those there are.
        BadInput: its description cannot be used.
    """
    templates = _descriptions(folder)
    if name not in templates:
        raise NotFound(f"There is no template '{name}'.", hint=f"There are: {', '.join(sorted(templates)) or 'none'}.")
    row = templates[name]
    try:
        parameters = tuple(
            Parameter(key, item["type"], item["default"], item["description"], tuple(item.get("allowed", ())))
            for key, item in row.get("parameters", {}).items()
        )
        template = Template(
            name, row["purpose"], tuple(row["datasets"]), tuple(row["outputs"]), parameters, folder / f"{name}.ipynb"
        )
    except (KeyError, TypeError) as error:
        raise BadInput(f"The description of template '{name}' lacks {error}.") from None
    check_parameters(template, {item.name: item.default for item in parameters})
    return template


def template_names(folder: Path) -> list[str]:
    """The names of all templates, sorted."""
    return sorted(_descriptions(folder))


def check_parameters(template: Template, parameters: Mapping[str, Value]) -> dict[str, Value]:
    """All parameters of a run: the given ones checked, the others at their defaults.

    Raises:
        BadInput: a parameter is unknown, or not of its type, or not among the allowed values.
    """
    by_name = {item.name: item for item in template.parameters}
    for name in parameters:
        if name not in by_name:
            raise BadInput(
                f"Template '{template.name}' has no parameter '{name[:40]}'.", hint=f"It has: {', '.join(by_name)}."
            )
    values: dict[str, Value] = {}
    for name, item in by_name.items():
        value = parameters.get(name, item.default)
        if TYPES.get(item.type) is float and type(value) is int:
            value = float(value)
        if type(value) is not TYPES.get(item.type):
            raise BadInput(f"Parameter '{name}' of template '{template.name}' must be of type {item.type}.")
        if item.allowed and value not in item.allowed:
            raise BadInput(f"Parameter '{name}' must be one of: {', '.join(map(str, item.allowed))}.")
        values[name] = value
    return values


def parse_parameter(template: Template, text: str) -> tuple[str, Value]:
    """``name=value`` from a command line, read as the parameter's own type. Raises BadInput."""
    name, separator, raw = text.partition("=")
    parameter = next((item for item in template.parameters if item.name == name), None)
    if not separator or parameter is None:
        raise BadInput(
            f"'{name[:40]}' is not a parameter of template '{template.name}'.", hint="Write each one as name=value."
        )
    if parameter.type == "boolean":
        if raw not in {"true", "false"}:
            raise BadInput(f"Parameter '{name}' must be true or false.")
        return name, raw == "true"
    try:
        return name, TYPES[parameter.type](raw)
    except ValueError:
        raise BadInput(f"Parameter '{name}' must be of type {parameter.type}.") from None


def _descriptions(folder: Path) -> Mapping[str, dict[str, Any]]:
    try:
        return tomllib.loads((folder / "templates.toml").read_text())
    except OSError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"templates.toml cannot be read: {error}") from None
