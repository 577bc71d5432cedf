"""Texts with known personal data that nobody here wrote, for ``pii_quality.py``.

Sentences come from packages, of which only data files and string constants are read: ``presidio-evaluator`` 0.3.2
(Presidio's research templates, MIT), ``flowx-openner`` 0.2.0 (sentences of banks and insurers, Apache-2.0) and ``deidgate``
0.1.0 (clinical notes, MIT). Values are Faker's (en_GB, and names of ten other locales) and, for half of the people, rows of
FakeNameGenerator as they stand in presidio-evaluator. NHS numbers come from the package nhs-number.

The sentences are split by their digest: a part to tune on, and a part that was held out.
"""

import ast
import csv
import hashlib
import importlib.util
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nhs_number
from faker import Faker

FAMILIES = ("person", "phone", "postcode", "nhs", "nino", "email", "card", "iban", "address")
CHECKED = ("nhs", "card", "iban")
_SLOT = re.compile(r"\{\{(\w+)\}\}|\{([A-Z_]{3,}|street_name)\}")
_PEOPLE = ("person", "name", "name_male", "name_female")
_FAMILY = {
    **dict.fromkeys([*_PEOPLE, "NAME", "PERSON", "PARTY", "UBO", "POLICYHOLDER", "CLAIMANT", "ADJUSTER"], "person"),
    **dict.fromkeys(["first_name", "first_name_male", "first_name_female", "first_name_nonbinary"], "person"),
    **dict.fromkeys(["last_name", "last_name_male", "last_name_female"], "person"),
    **dict.fromkeys(["phone_number", "PHONE"], "phone"),
    **dict.fromkeys(["postcode", "zipcode"], "postcode"),
    **dict.fromkeys(["email", "EMAIL"], "email"),
    **dict.fromkeys(["credit_card_number", "PAN", "CARD"], "card"),
    **dict.fromkeys(["iban", "IBAN"], "iban"),
    **dict.fromkeys(["address", "ADDRESS"], "address"),
    **dict.fromkeys(["building_number", "street_name", "secondary_address"], "part"),
    **dict.fromkeys(["NATIONAL_ID"], "nhs"),
    **dict.fromkeys(["TAX_ID", "SSN"], "nino"),
}
_OTHER = {
    "ORGANIZATION": "organization", "organization": "company", "nationality": "country", "nation_woman": "country",
    "nation_plural": "country", "age": "random_int", "state_abbr": "country_code", "prefix": "prefix",
    "us_driver_license": "bothify", "ip_address": "ipv4", "day_of_week": "day_of_week", "date_time": "date",
    "DOB": "date", "DATE": "date", "date_of_birth": "date",
}  # fmt: skip
_LOCALES = ["en_IN", "de_DE", "fr_FR", "es_ES", "it_IT", "pl_PL", "nl_NL", "pt_PT", "sv_SE", "tr_TR"]


@dataclass(frozen=True)
class Sample:
    """One text, its true spans (family, begin, end; "other" for values that are no personal data), and its part."""

    corpus: str
    text: str
    spans: tuple[tuple[str, int, int], ...]
    is_held_out: bool


def samples(*, times: int, seed: int) -> Iterator[Sample]:
    """Every sentence ``times`` times, each with other values."""
    make = _Values(seed)
    for corpus, template in [*_presidio(), *_openner()]:
        for _ in range(times):
            text, spans = _filled(template, make)
            yield Sample(corpus, text, spans, _held_out(template))
    yield from _notes()


def _held_out(template: str) -> bool:
    return hashlib.sha256(template.encode()).digest()[0] % 2 == 1


class _Values:
    def __init__(self, seed: int) -> None:
        Faker.seed(seed)
        self._random = random.Random(seed)  # noqa: S311  not for secrets
        self._british = Faker("en_GB")
        self._abroad = Faker(_LOCALES)
        folder = _folder("presidio_evaluator") / "data_generator" / "raw_data"
        with (folder / "FakeNameGenerator.com_3000.csv").open(encoding="utf-8-sig") as file:
            self._rows = list(csv.DictReader(file))
        self._seed = seed

    def value(self, slot: str) -> tuple[str, str]:
        """The family and a value of a slot."""
        family = _FAMILY.get(slot, "other")
        if slot == "ssn":
            family = self._random.choice(["nhs", "nino"])
        if family == "person":
            return family, self._person(slot)
        if family == "nino":
            return family, self._british.bothify("??######?", "ABCEGHJKLMPRSTWX")[:8] + self._random.choice("ABCD")
        if family == "nhs":
            return family, nhs_number.generate(for_region=nhs_number.REGION_ENGLAND_WALES_IOM)[0]
        makers = {
            "phone": "phone_number", "postcode": "postcode", "nino": "ssn", "email": "email",
            "card": "credit_card_number", "iban": "iban", "address": "address",
        }  # fmt: skip
        maker = makers.get(family) or (slot if family == "part" else _OTHER.get(slot, slot))
        made = getattr(self._british, maker, None)
        return family, str(made()) if made else self._british.word()

    def _person(self, slot: str) -> str:
        draw = self._random.random()
        if draw < 0.5:
            row = self._random.choice(self._rows)
            given, family = row["GivenName"], row["Surname"]
            whole = f"{given} {family}"
        else:
            faker = self._british if draw < 0.85 else self._abroad[self._random.choice(_LOCALES)]
            given, family = faker.first_name(), faker.last_name()
            whole = f"{given} {family}"
        return given if slot.startswith("first") else family if slot.startswith("last") else whole


def _filled(template: str, make: _Values) -> tuple[str, tuple[tuple[str, int, int], ...]]:
    text, spans, last = "", [], 0
    for slot in _SLOT.finditer(template):
        text += template[last : slot.start()]
        family, value = make.value(slot[1] or slot[2])
        spans.append((family, len(text), len(text) + len(value), slot[1] or slot[2]))
        text += value
        last = slot.end()
    return text + template[last:], tuple(_with_addresses(text, spans))


def _with_addresses(text: str, spans: list[tuple[str, int, int, str]]) -> Iterator[tuple[str, int, int]]:
    """A number beside a street is an address; a street or a flat alone is only a part of one."""
    group: list[tuple[str, int, int, str]] = []
    for span in [*spans, ("end", len(text) + 9, len(text) + 9, "")]:
        if group and (span[0] != "part" or span[1] - group[-1][2] > 3):
            slots = {one[3] for one in group}
            whole = {"building_number", "street_name"} <= slots
            yield "address" if whole else "other", group[0][1], group[-1][2]
            group = []
        if span[0] == "part":
            group.append(span)
        elif span[0] != "end":
            yield span[:3]


def _folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise SystemExit(f"{package} is not installed; see benchmarks/README.md.")
    return Path(next(iter(found.submodule_search_locations)))


def _presidio() -> Iterator[tuple[str, str]]:
    path = _folder("presidio_evaluator") / "data_generator" / "raw_data" / "templates.txt"
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.strip():
            yield "presidio", line.replace("\\n", "\n").replace("\\,", ",")


def _openner() -> Iterator[tuple[str, str]]:
    for path in sorted((_folder("openner") / "data" / "synthetic").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isascii():
                slots = {slot[2] for slot in _SLOT.finditer(node.value)}
                if slots & set(_FAMILY) and " " in node.value and slots <= set(_FAMILY) | {"DOB", "DATE"}:
                    yield "openner", re.sub(r" ([.,;:?])", r"\1", node.value)


def _notes() -> Iterator[Sample]:
    kinds = {"name": "person", "phone": "phone", "fax": "phone", "email": "email"}
    path = _folder("deidgate") / "data" / "safeharbor_seed.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines():
        note = json.loads(line)
        spans = []
        for one in note["phi"]:
            start = note["text"].index(one["value"])
            family = kinds.get(one["category"], "other")
            if one["category"] == "geo" and one["value"][0].isdigit() and " " in one["value"]:
                family = "address"
            spans.append((family, start, start + len(one["value"])))
        yield Sample("deidgate", note["text"], tuple(spans), True)
