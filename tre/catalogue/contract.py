"""The dataset contract: what a department promises to deliver, as Open Data Contract Standard YAML.

The standard says columns, types and rules; our own terms stand where it leaves room: ``classification`` (identifier,
attribute or sensitive), ``semanticType`` of identifiers (which linkage uses), and the custom properties ``unit`` and
``conditionsOfUse``. This module reads a contract and refuses one that cannot be kept; ``ingest`` applies it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import yaml
from open_data_contract_standard.model import OpenDataContractStandard, SchemaProperty
from pydantic import ValidationError

from disclosure_control.core.errors import DisclosureError
from disclosure_control.core.policy import Policy
from tre.core import digest
from tre.core.errors import BadInput
from tre.core.ids import DatasetId, check_slug


class Classification(StrEnum):
    """How a column is treated. Identifiers never reach a project."""

    IDENTIFIER = "identifier"
    ATTRIBUTE = "attribute"
    SENSITIVE = "sensitive"


class ColumnType(StrEnum):
    """The logical types that a delivery's column may have."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


SEMANTIC_TYPES: Final = frozenset(
    {
        "given-name",
        "surname",
        "date-of-birth",
        "street-number",
        "street",
        "locality",
        "postcode",
        "region",
        "person-number",
    }
)


@dataclass(frozen=True)
class Column:
    """One column of a contract, with its rules."""

    name: str
    type: ColumnType
    description: str
    classification: Classification
    semantic_type: str = ""
    required: bool = False
    unique: bool = False
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] = ()
    min_completeness: float = 0.0


@dataclass(frozen=True)
class Contract:
    """A dataset's contract.

    Attributes:
        key: the column that is unique to a record of the delivery.
        output_policy: thresholds by which outputs made from it are judged more strictly, by their names in a policy.
        owner_approval: whether a data owner must approve each request with outputs made from it.
        data_owners: the ids of the people who may.
    """

    dataset: DatasetId
    version: str
    title: str
    description: str
    owner: str
    unit: str
    key: str
    columns: tuple[Column, ...]
    conditions_of_use: tuple[str, ...]
    min_rows: int
    digest: str
    output_policy: Mapping[str, object] = field(default_factory=dict)
    owner_approval: bool = False
    data_owners: tuple[str, ...] = ()

    def named(self, classification: Classification) -> tuple[Column, ...]:
        """The columns of one classification, in the contract's order."""
        return tuple(column for column in self.columns if column.classification is classification)

    @property
    def identifiers(self) -> tuple[Column, ...]:
        """The columns that only linkage may see."""
        return self.named(Classification.IDENTIFIER)

    @property
    def attributes(self) -> tuple[Column, ...]:
        """The columns that a project may be given."""
        return tuple(column for column in self.columns if column.classification is not Classification.IDENTIFIER)


def read_contract(text: str) -> Contract:
    """Read a contract from YAML.

    Raises:
        BadInput: it is not a contract, or it promises something that could not be checked; names the place.
    """
    try:
        document = OpenDataContractStandard.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError, UnicodeError) as error:
        place = ".".join(map(str, error.errors()[0]["loc"])) if isinstance(error, ValidationError) else "YAML"
        raise BadInput(
            f"The contract cannot be read ({place}).", hint="It follows the Open Data Contract Standard, version 3."
        ) from None
    if not document.schema_ or len(document.schema_) != 1 or not document.schema_[0].properties:
        raise BadInput("A contract describes exactly one table with at least one column.")
    table = document.schema_[0]
    columns = tuple(_column(item) for item in table.properties or ())
    keys = [item.name for item in table.properties or () if item.primaryKey]
    if len(keys) != 1:
        raise BadInput("A contract marks exactly one column as primaryKey.")
    _check_columns(columns, str(keys[0]))
    custom_properties = _custom(document.customProperties)
    row_counts = [rule for rule in table.quality or () if rule.metric == "rowCount"]
    return Contract(
        dataset=DatasetId(check_slug(_text(document.id), what="dataset")),
        version=_text(document.version),
        title=_text(document.name) or _text(document.id),
        description=_text(document.description.purpose if document.description else ""),
        owner=_text(document.domain),
        unit=_text(custom_properties.get("unit", "person")),
        key=str(keys[0]),
        columns=columns,
        conditions_of_use=tuple(map(str, _list(custom_properties.get("conditionsOfUse")))),
        min_rows=int(row_counts[0].mustBeGreaterOrEqualTo or 0) if row_counts else 1,
        digest=digest.of_bytes(text.encode()),
        output_policy=_output_policy(custom_properties.get("outputPolicy")),
        owner_approval=_owner_approval(custom_properties),
        data_owners=tuple(map(str, _list(custom_properties.get("dataOwners")))),
    )


def _output_policy(value: object) -> Mapping[str, object]:
    """The thresholds. Raises BadInput when one is not a policy's."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadInput("outputPolicy of the contract is a mapping of thresholds to values.")
    try:
        Policy.from_values(value)
    except (DisclosureError, TypeError) as error:
        raise BadInput(f"outputPolicy of the contract cannot be used: {error}") from None
    return {str(key): threshold for key, threshold in value.items() if key not in {"id", "version"}}


def _owner_approval(custom_properties: Mapping[str, object]) -> bool:
    """Whether an owner must approve. Raises BadInput unless it is said plainly and there is somebody to ask."""
    needed = custom_properties.get("ownerApproval", False)
    if not isinstance(needed, bool):
        raise BadInput("ownerApproval of the contract is true or false.")
    if needed and not _list(custom_properties.get("dataOwners")):
        raise BadInput("A contract with ownerApproval names its dataOwners: ids of people.")
    return needed


def _column(item: SchemaProperty) -> Column:
    name, options = _text(item.name), item.logicalTypeOptions or {}
    try:
        type_ = ColumnType(item.logicalType or "")
        classification = Classification(item.classification or "")
    except ValueError:
        raise BadInput(
            f"Column '{name}' of the contract has no usable logicalType or classification.",
            hint=f"Types: {', '.join(ColumnType)}; classifications: {', '.join(Classification)}.",
        ) from None
    unknown = set(options) - {"pattern", "minimum", "maximum"}
    if unknown:
        raise BadInput(
            f"Column '{name}' has logicalTypeOptions that are not checked here: {', '.join(sorted(unknown))}."
        )
    missing_share = [rule for rule in item.quality or () if rule.metric == "nullValues" and rule.unit == "percent"]
    return Column(
        name=name,
        type=type_,
        description=_text(item.description),
        classification=classification,
        semantic_type=_text(item.semanticType),
        required=bool(item.required),
        unique=bool(item.unique or item.primaryKey),
        pattern=_text(options.get("pattern")),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        allowed=tuple(str(value.value) for value in item.enum or () if value.value is not None),
        min_completeness=1 - float(missing_share[0].mustBeLessOrEqualTo or 0) / 100 if missing_share else 0.0,
    )


def _check_columns(columns: Sequence[Column], key: str) -> None:
    names = [column.name for column in columns]
    if len(set(names)) != len(names):
        raise BadInput("The contract names a column twice.")
    for column in columns:
        if not column.name.isidentifier():
            raise BadInput("A column name of the contract is not letters, digits and underscores.")
        if column.name in {"row_key", "person_id"}:
            raise BadInput(f"The column name '{column.name}' is kept for the environment itself.")
        if column.semantic_type and column.semantic_type not in SEMANTIC_TYPES:
            raise BadInput(
                f"Column '{column.name}' has an unknown semanticType.",
                hint=f"Known: {', '.join(sorted(SEMANTIC_TYPES))}.",
            )
        if column.name == key and column.classification is not Classification.IDENTIFIER:
            raise BadInput(f"The key '{key}' identifies a record: classify it as identifier.")


def _custom(items: Sequence[object] | None) -> Mapping[str, object]:
    return {str(getattr(item, "property", "")): getattr(item, "value", None) for item in items or ()}


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
