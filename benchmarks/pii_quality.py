"""The share of true spans that are flagged, and what is flagged that is none, beside Presidio's default.

A true span is flagged when a finding of its family overlaps it (for an address, an address or a postcode). A false
alarm is a finding that asks for a look or blocks and overlaps no value that was filled in.

    python benchmarks/pii_quality.py [--times 3] [--part held-out]
"""

import argparse
import collections
from collections.abc import Callable, Iterable
from pathlib import Path

from pii_corpora import CHECKED, FAMILIES, Sample, samples

from disclosure_control.core.outcome import Outcome
from disclosure_control.pii.names import model
from disclosure_control.pii.scan import scan_text

Span = tuple[str, int, int]
_OURS = {
    "person": {"person"},
    "phone": {"phone"},
    "postcode": {"postcode"},
    "nhs": {"nhs-number", "chi-number", "hc-number"},
    "nino": {"national-insurance-number"},
    "email": {"email"},
    "card": {"card"},
    "iban": {"iban"},
    "address": {"address", "postcode"},
}
_PRESIDIO = {
    "person": {"PERSON"},
    "phone": {"PHONE_NUMBER"},
    "postcode": {"UK_POSTCODE", "LOCATION"},
    "nhs": {"UK_NHS"},
    "nino": {"UK_NINO"},
    "email": {"EMAIL_ADDRESS"},
    "card": {"CREDIT_CARD"},
    "iban": {"IBAN_CODE"},
    "address": {"LOCATION", "UK_POSTCODE"},
}


def ours(text: str) -> list[Span]:
    """What disclosure_control flags."""
    return [(f.kind, f.start, f.end) for f in scan_text(text) if f.outcome >= Outcome.REVIEW]


def presidio() -> Callable[[str], list[Span]]:
    """What Presidio's default recognisers flag, with the same model and their default threshold."""
    from presidio_analyzer import AnalyzerEngine  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415

    engine = AnalyzerEngine(
        nlp_engine=SpacyNlpEngine(models=[{"lang_code": "en", "model_name": str(Path(model._model()))}])
    )
    return lambda text: [(r.entity_type, r.start, r.end) for r in engine.analyze(text, language="en")]


def measured(
    found: Callable[[str], list[Span]], families: dict[str, set[str]], texts: Iterable[Sample], show: int = 0
) -> None:
    """Print the recall of each family and corpus, and the false alarms."""
    true: collections.Counter[str] = collections.Counter()
    hit: collections.Counter[str] = collections.Counter()
    alarms, alarmed, characters, number = 0, 0, 0, 0
    for sample in texts:
        spans = found(sample.text)
        number += 1
        characters += len(sample.text)
        for family, start, end in sample.spans:
            if family in families:
                flagged = any(k in families[family] and a < end and start < b for k, a, b in spans)
                keys = (family, f"{sample.corpus}:all", "all", *(["checked"] if family in CHECKED else []))
                true.update(keys)
                hit.update(keys if flagged else ())
                if not flagged and show:
                    show -= 1
                    print("  missed", family, repr(sample.text[max(0, start - 30) : end + 20]))
        wrong = [s for s in spans if all(s[1] >= b or a >= s[2] for _, a, b in sample.spans)]
        alarms += len(wrong)
        alarmed += bool(wrong)
    for key in [*FAMILIES, "checked", *sorted(k for k in true if ":" in k), "all"]:
        if true[key]:
            print(f"  {key:14} {hit[key] / true[key]:.3f} of {true[key]}")
    print(f"  false alarms   {alarms} in {characters / 1000:.0f} kB, in {alarmed / number:.3f} of {number} texts")


def main() -> None:
    """Measure both parts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", choices=["tuned", "held-out", "both"], default="both")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--alone", action="store_true", help="without Presidio's default")
    given = parser.parse_args()
    every = list(samples(times=given.times, seed=given.seed))
    for part in ("tuned", "held-out") if given.part == "both" else (given.part,):
        chosen = [one for one in every if one.is_held_out == (part == "held-out")]
        print(f"{part}: disclosure_control")
        measured(ours, _OURS, chosen, given.show)
        if not given.alone:
            print(f"{part}: Presidio's default")
            measured(presidio(), _PRESIDIO, chosen)


if __name__ == "__main__":
    main()
