"""Each kind of identifier: one that is found, one that only looks like it; checks against independent libraries."""

import re

import nhs_number
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure_control.core.rules.registry import RULES
from disclosure_control.pii.names.cues import cue_spans
from disclosure_control.pii.prefilter import readers
from disclosure_control.pii.recognisers import KINDS, RECOGNISERS, matches
from disclosure_control.pii.recognisers.health import nhs_number_is_valid

FOUND = {
    "nhs-number": ("943 476 5919", "943 476 5918"),
    "chi-number": ("CHI 0101012012", "CHI 3201012012"),
    "hc-number": ("H&C number 3201234508", "total 3201234508"),
    "gmc-number": ("GMC number 1234567", "1234567 people"),
    "national-insurance-number": ("AB123456C", "GB123456C"),
    "tax-reference": ("UTR: 19558 39661", "19558 39661"),
    "vat-number": ("GB980780684", "GB980780685"),
    "pupil-number": ("B801200005001", "A801200005001"),
    "learner-number": ("ULN 1000000043", "ULN 1000000042"),
    "card": ("4111 1111 1111 1111", "4111 1111 1111 1112"),
    "iban": ("GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 33"),
    "bank-account": ("12-34-56 12345678", "12-34-56"),
    "passport": ("passport no 123456789", "123456789"),
    "driving-licence": ("MORGA657054SM9IJ", "MORGA699054SM9IJ"),
    "vehicle": ("vehicle AB12 CDE", "AB12 CDE"),
    "email": ("ann@example.org", "ann at example.org"),
    "phone": ("01632 960983", "1632 960983"),
    "date-of-birth": ("born on 14 February 1961", "on 14 February 1961"),
    "postcode": ("SW1A 1AA", "SW1A"),
    "address": ("12 Acacia Avenue", "12 areas"),
    "property-reference": ("UPRN 100023336956", "100023336956"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_found_and_what_only_looks_like_it_is_not(kind: str) -> None:
    real, other = FOUND[kind]
    assert [found for found, _, _ in matches(real)] == [kind]
    assert kind not in [found for found, _, _ in matches(other)]
    assert f"pii.{kind}" in RULES


def test_a_header_announces_a_column() -> None:
    assert [kind for kind, _, _ in matches("123456789", "passport_no")] == ["passport"]
    assert [kind for kind, _, _ in matches("14/02/1961", "DateOfBirth")] == ["date-of-birth"]
    assert list(matches("14/02/1961", "wave")) == []


def test_a_machine_readable_line_is_a_passport() -> None:
    line = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
    assert [kind for kind, _, _ in matches(line)] == ["passport"]
    assert "passport" not in [kind for kind, _, _ in matches(line.replace("L898902C3", "L898902C4"))]


@given(st.integers(0, 10**10 - 1))
def test_nhs_numbers_agree_with_the_independent_library(number: int) -> None:
    digits = f"{number:010d}"
    if digits[0] in "4679" and len(set(digits)) > 1:
        assert nhs_number_is_valid(digits) == nhs_number.is_valid(digits)


@pytest.mark.parametrize("kind", ["FIXED_LINE", "MOBILE", "TOLL_FREE", "VOIP"])
def test_the_libraries_example_numbers_of_the_united_kingdom_are_found(kind: str) -> None:
    number = phonenumbers.example_number_for_type("GB", getattr(phonenumbers.PhoneNumberType, kind))
    for form in ("NATIONAL", "INTERNATIONAL", "E164"):
        text = phonenumbers.format_number(number, getattr(phonenumbers.PhoneNumberFormat, form))
        assert [found for found, _, _ in matches(f"on {text} today")] == ["phone"], text


@given(st.text(alphabet="0123456789 -ABCDEFGHabc@.()+/<", max_size=60), st.sampled_from(list(FOUND.values())))
def test_the_fast_pass_leaves_out_nothing(noise: str, pair: tuple[str, str]) -> None:
    text = f"{noise} {pair[0]} {noise}"
    for recogniser in RECOGNISERS:
        if recogniser.pattern.search(text):
            assert pc.match_substring_regex(pa.array([text]), recogniser.shape).to_pylist() == [True]


def test_many_texts_are_read_as_each_of_them_is() -> None:
    texts = [text for pair in FOUND.values() for text in pair] * 2
    read = dict(readers(texts))
    for place, text in enumerate(texts):
        alone = {i for i, recogniser in enumerate(RECOGNISERS) if recogniser.pattern.search(text)}
        assert alone <= set(read.get(place, ())), text


@given(st.text(max_size=200))
def test_whatever_a_text_holds_matches_lie_in_it_and_share_no_character(text: str) -> None:
    last = 0
    for _, start, end in matches(text):
        assert last <= start < end <= len(text)
        last = end


@pytest.mark.parametrize("recogniser", RECOGNISERS, ids=lambda one: one.kind)
def test_no_form_takes_forever(recogniser: object) -> None:
    for text in ("0" * 5_000, "A1 " * 2_000, "a@" * 2_000, "1-" * 3_000, "Flat 1 " * 800):
        list(re.finditer(recogniser.pattern, text))


@pytest.mark.parametrize("text", ["A-" * 10_000, "A'" * 10_000, "Aa " * 10_000, "Mr " * 10_000, "name: " * 5_000])
def test_no_cue_takes_forever(text: str) -> None:
    list(cue_spans(text))
