import pytest

from disclosure_control.core.content import Text
from disclosure_control.core.location import located
from disclosure_control.pii.normalise import normalise
from disclosure_control.pii.scan import scan_text, scan_texts


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("NHS number ９４３ ４７６ ５９１９", "nhs-number"),
        ("NHS number ٩٤٣ ٤٧٦ ٥٩١٩", "nhs-number"),
        ("NHS number 943.476.5919", "nhs-number"),
        ("NHS number 943 / 476 / 5919", "nhs-number"),
        ("NHS number 9 4 3 4 7 6 5 9 1 9", "nhs-number"),
        ("NHS number 943\u200b 476\u200d 59\u00ad19", "nhs-number"),
        ("The clinic saw M\u0430rg\u0430ret Thomps\u043en in May.", "person"),  # Cyrillic a and o
        ("The clinic saw Mar\u00adgaret Thomp\u200bson in May.", "person"),
        (
            "The clinic saw \U0001d40c\U0001d41a\U0001d42b\U0001d420\U0001d41a\U0001d42b\U0001d41e\U0001d42d Thompson.",
            "person",
        ),
    ],
)
def test_what_only_looks_like_plain_text_is_read_as_plain_text(text: str, kind: str) -> None:
    found = [finding for finding in scan_text(text) if finding.kind == kind]
    assert found
    assert f"pii.{kind}" in {finding.rule for finding in scan_texts([Text(located("line 1"), text)])}


def test_a_finding_stands_where_it_stood_before_unseen_characters_went() -> None:
    text = "\u200b\u200bNHS number 943\u200b 476 5919, thanks."
    (one,) = [finding for finding in scan_text(text) if finding.kind == "nhs-number"]
    assert text[one.start : one.end] == "943\u200b 476 5919"


@pytest.mark.parametrize("text", ["β = 0.31, χ² (df 2)", "10² kg/m²", "Москва", "café, Łódź", "Αθήνα"])
def test_other_languages_and_signs_of_statistics_stay(text: str) -> None:
    assert normalise(text) == (text, None)
