"""Identifiers with their checks; the valid ones are published test numbers or computed here."""

import numpy as np
import pytest

from disclosure_control.pii.recognisers import matches
from disclosure_control.pii.recognisers.health import nhs_number_is_valid


def kinds(text: str) -> list[str]:
    return [kind for kind, _, _ in matches(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("NHS number 943 476 5919.", "nhs-number"),
        ("nhs:943-476-5919", "nhs-number"),
        ("9434765919", "nhs-number"),
        ("943\u00a0476\u00a05919", "nhs-number"),
        ("AB 12 34 56 C", "national-insurance-number"),
        ("ab123456c", "national-insurance-number"),
        ("ann.smith+work@example.nhs.uk", "email"),
        ("card 4111 1111 1111 1111", "card"),
        ("GB82 WEST 1234 5698 7654 32", "iban"),
        ("(01632) 960 983", "phone"),
        ("+44 7700 900 123", "phone"),
        ("+44 (0)20 7946 0958", "phone"),
        ("07700900123", "phone"),
        ("at E12 5QB today", "postcode"),
        ("SW1A1AA", "postcode"),
    ],
)
def test_identifiers_are_found(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "943 476 5918",
        "1943476591 9",
        "0.9434765919",
        "9434765919.25",
        "x_9434765919",
        "9434765919_1",
        "0000000000",
        "GB123456A",
        "AB123456E",
        "4111 1111 1111 1112",
        "GB82 WEST 1234 5698 7654 33",
        "0.07700900123",
        "E01000001",
        "J45.9",
        "2024-01-31",
        "p = 0.0123456789",
        "user at example",
        "1,234,567,890",
    ],
)
def test_what_only_looks_like_one_is_not(text: str) -> None:
    assert kinds(text) == []


def test_one_number_in_eleven_is_valid_and_one_in_eleven_has_no_check_digit() -> None:
    numbers = np.random.default_rng(1).integers(4 * 10**9, 5 * 10**9, size=20_000)
    valid = sum(nhs_number_is_valid(f"{number:010d}") for number in numbers)
    assert 0.08 < valid / 20_000 < 0.10


def test_a_check_digit_of_eleven_is_nought_and_of_ten_is_none() -> None:
    for stem in range(943_476_000, 943_476_400):
        digits = f"{stem:09d}"
        check = 11 - sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11
        endings = [n for n in range(10) if nhs_number_is_valid(f"{digits}{n}")]
        assert endings == ([] if check == 10 else [check % 11])
