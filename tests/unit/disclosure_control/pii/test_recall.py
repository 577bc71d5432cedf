"""How much of known personal data is flagged, and how little of ordinary research text: on sentences with made values.

The full measurement, on sentences of other packages and beside Presidio's default, is benchmarks/pii_quality.py.
"""

import random

import nhs_number
import pytest
from faker import Faker

from disclosure_control.core.outcome import Outcome
from disclosure_control.pii.scan import scan_text

SENTENCES = {
    "person": [
        "{} came to the clinic in May and was seen by the nurse.",
        "Please ring {} about the results.",
        "Name: {}",
        "Dear {}, thank you for taking part.",
        "The letter was signed by {} last week.",
    ],
    "phone": ["Call {} after six.", "{} is the number of the ward.", "Tel: {}"],
    "postcode": ["They moved to {} in spring.", "{}"],
    "email": ["Write to {} for the data.", "({})"],
    "card": ["Paid with card {}.", "{}"],
    "iban": ["Pay into {} please.", "{}"],
    "nhs": ["NHS number {}.", "{} was admitted."],
    "nino": ["NI number {}.", "{}"],
    "address": ["They live at {}.", "Address: {}"],
}
FLAGGED_AS = {
    "nhs": {"nhs-number"},
    "nino": {"national-insurance-number"},
    "address": {"address", "postcode"},
}
LEAST = {"person": 0.85, "phone": 0.9, "postcode": 0.95, "address": 0.95, "nino": 0.95}


def values(family: str, number: int) -> list[str]:
    faker = Faker("en_GB")
    Faker.seed(11)
    chance = random.Random(11)  # noqa: S311  not for secrets
    if family == "nhs":
        return [
            str(one) for one in nhs_number.generate(quantity=number, for_region=nhs_number.REGION_ENGLAND_WALES_IOM)
        ]
    makers = {
        "person": lambda: f"{faker.first_name()} {faker.last_name()}",
        "phone": faker.phone_number,
        "postcode": faker.postcode,
        "email": faker.email,
        "card": faker.credit_card_number,
        "iban": faker.iban,
        "nino": lambda: (
            f"{chance.choice(['AB', 'CE', 'JR', 'WK'])}{chance.randrange(10**6):06d}{chance.choice('ABCD')}"
        ),
        "address": lambda: faker.address().replace("\n", ", "),
    }
    return [makers[family]() for _ in range(number)]


@pytest.mark.parametrize("family", SENTENCES)
def test_what_is_known_to_be_there_is_flagged(family: str) -> None:
    made = values(family, 60)
    flagged = 0
    for place, value in enumerate(made):
        sentence = SENTENCES[family][place % len(SENTENCES[family])]
        start = sentence.index("{}")
        found = scan_text(sentence.format(value))
        kinds = FLAGGED_AS.get(family, {family})
        flagged += any(f.kind in kinds and f.start < start + len(value) and start < f.end for f in found)
    assert flagged / len(made) >= LEAST.get(family, 0.98)


ORDINARY = [
    "Mean pay was 12.4 (SE 0.3) in the North East and 13.1 in the South West, p < 0.05.",
    "Asian British and Black Caribbean people were less likely to be employed than White British people.",
    "The Kaplan-Meier estimate and the Cox model agree; the Wald test gives 0.0123456789.",
    "E01000001 has a rate of 12.5 and E01000002 one of 13.7 per 1,000.",
    "J45.9 was recorded 1,234 times, E11.9 4,321 times.",
    "Dep. Variable: pay    R-squared: 0.123    Prob (F-statistic): 1.23e-05",
    "Rows 1234567890 to 1234567899 were left out, since they repeat.",
    "Wave 1 was held from 2015-01-31 to 2016-02-29; wave 2 began on 01/03/2016.",
    "In Yorkshire and The Humber 0.1 2345678901 of the variance is explained.",
    "Bonferroni's correction was used; see the Appendix, Table A1, and the Note below.",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_research_text_asks_for_nothing(text: str) -> None:
    assert [f for f in scan_text(text) if f.outcome > Outcome.PASS] == []


@pytest.mark.parametrize(
    "name", ["Michał Gębura", "İklim Yüksel", "Şükran Öztürk", "Jörg Müller", "Zoë Nuñez", "Tomáš"]
)
@pytest.mark.parametrize("sentence", ["We talked to {} in the spring.", "It was {} who said so.", "{} left early."])
def test_names_with_letters_that_english_has_not_are_found(name: str, sentence: str) -> None:
    text = sentence.format(name)
    begin = text.index(name)
    found = [f for f in scan_text(text) if f.kind == "person" and f.outcome >= Outcome.REVIEW]
    assert any(f.start < begin + len(name) and begin < f.end for f in found)


@pytest.mark.parametrize(
    "text",
    [
        "People with Sjögren's syndrome and those with Guillain-Barré syndrome.",
        "The Ménière's clinics of Ynys Môn and of Côte d'Ivoire.",
        "Rényi's entropy and Cramér's V by region; a naïve estimate.",
        "Naïve Bayes was fitted to the returns from Curaçao and Türkiye.",
    ],
)
def test_places_and_terms_with_such_letters_are_no_names(text: str) -> None:
    assert not [f for f in scan_text(text) if f.kind == "person" and f.outcome >= Outcome.REVIEW]
