"""The page of the settings, from the settings object: name, type, default and what its docstring says."""

import inspect
from collections.abc import Iterator
from typing import Final, Literal, get_args, get_origin

import griffe
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tre.settings import PREFIX, Settings

_HEAD = f"""# Settings
Generated from the settings object (`python -m tests.docs`). Each is a key of `tre.toml` in the working folder (or of
the file that `TRE_CONFIG` names), or an environment variable `{PREFIX}<NAME>`, which wins. An unknown name is refused.
[Running it](../operator.md).

| key | meaning | value |
|---|---|---|
"""

MIB: Final = 1 << 20
# Types as those who write a settings file say them.
WORDS: Final = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "`true` or `false`",
    "pathlib.Path": "path",
    "pathlib.Path | None": "path",
    "tuple[str, ...]": "list of texts; in a variable separated by commas",
}


def page() -> str:
    """Markdown with a row a setting."""
    return _HEAD + "".join(_rows(Settings, ""))


def meanings(model: type[BaseModel]) -> dict[str, str]:
    """What each field of a settings object means: its description, or its entry below ``Attributes`` of the docstring.

    Args:
        model: the class.

    Returns:
        One sentence or more a field; a field of which nothing is said is left out.
    """
    written: dict[str, str] = {}
    for section in griffe.Docstring(inspect.getdoc(model) or "").parse("google", warnings=False):
        if section.kind is griffe.DocstringSectionKind.attributes:
            for attribute in section.value:
                written |= dict.fromkeys(attribute.name.split(", "), attribute.description)
    described = {name: field.description for name, field in model.model_fields.items() if field.description}
    return {name: text for name, text in {**written, **described}.items() if name in model.model_fields}


def _rows(model: type[BaseModel], prefix: str) -> Iterator[str]:
    said = meanings(model)
    for name, field in model.model_fields.items():
        key = f"{prefix}{name}"
        if inspect.isclass(field.annotation) and issubclass(field.annotation, BaseModel):
            yield from _rows(field.annotation, f"{key}.")
            continue
        meaning = " ".join(said.get(name, "").split())
        yield f"| `{key}` | {meaning} | {_type(field)}; {_default(field)} |\n"


def _type(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return " or ".join(f"`{value}`" for value in get_args(field.annotation))
    text = inspect.formatannotation(field.annotation)
    return WORDS.get(text, f"`{text}`")


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "found at the start"
    value = field.default
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    size = f" ({value >> 20:,} MiB)" if isinstance(value, int) and value and not value % MIB else ""
    return f"`{value}`{size}"
