"""How long 100,000 rows of five text columns take, beside Presidio read cell by cell.

Naive is ``AnalyzerEngine().analyze`` on every cell with the same spaCy model, measured on a sample of the rows in the
same run and scaled. Ours is what a check does with the file's texts: each different cell once.

    python benchmarks/pii.py [--rows 100000] [--sample 300]
"""

import argparse
import os
import random
import time
from pathlib import Path

from faker import Faker
from pii_corpora import Sample, samples

from disclosure_control.core.content import Text, TextKind
from disclosure_control.pii import scan
from disclosure_control.pii.names import model

Table = dict[str, list[str]]


def made(rows: int, seed: int = 1) -> Table:
    """Five columns: full names, addresses, ways of contact, free text, diagnoses."""
    Faker.seed(seed)
    chance = random.Random(seed)  # noqa: S311  not for secrets
    faker = Faker("en_GB")
    notes: list[Sample] = list(samples(times=3, seed=seed))
    return {
        "patient": [faker.name() for _ in range(rows)],
        "address": [faker.address().replace("\n", ", ") for _ in range(rows)],
        "contact": [chance.choice([faker.email, faker.phone_number])() for _ in range(rows)],
        "note": [
            f"{chance.choice(notes).text} {faker.sentence(8)} Seen by Dr {faker.last_name()}." for _ in range(rows)
        ],
        "diagnosis": [f"J{chance.randint(10, 99)}.{chance.randint(0, 9)} asthma" for _ in range(rows)],
    }


def texts_of(table: Table) -> list[Text]:
    """The texts of a delimited file: headers, and each different cell of a column."""
    headers = [Text(f"line 1, column {n}", name, TextKind.LABEL) for n, name in enumerate(table, 1)]
    cells = [
        Text(f"line {i}, column {n}", cell, TextKind.LABEL, f"column {n}", name)
        for n, (name, column) in enumerate(table.items(), 1)
        for cell, i in {cell: i for i, cell in reversed(list(enumerate(column, 2)))}.items()
    ]
    return [*headers, *cells]


def cpu_seconds() -> float:
    """Processor time of this process and of those that it has ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def naive_seconds(table: Table, sample: int) -> float:
    """How long Presidio would take on every cell, from some of the rows."""
    from presidio_analyzer import AnalyzerEngine  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415
    from tldextract import TLDExtract, tldextract  # noqa: PLC0415

    tldextract.TLD_EXTRACTOR = TLDExtract(suffix_list_urls=())  # no network: it would only slow naive down
    engine = AnalyzerEngine(
        nlp_engine=SpacyNlpEngine(models=[{"lang_code": "en", "model_name": str(Path(model._model()))}])
    )
    engine.analyze("Warm up, please.", language="en")
    every = len(table["note"])
    rows = random.Random(2).sample(range(every), sample)  # noqa: S311
    clock, cpu = time.perf_counter(), time.process_time()
    for row in rows:
        for column in table.values():
            engine.analyze(column[row], language="en")
    scale = every / sample
    seconds, cpu = (time.perf_counter() - clock) * scale, (time.process_time() - cpu) * scale
    print(f"naive, scaled from {sample} rows: {seconds:,.0f} s, {cpu:,.0f} CPU s")
    return seconds


def main() -> None:
    """Measure naive on a sample, then ours on everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=300)
    given = parser.parse_args()
    table = made(given.rows)
    characters = sum(len(cell) for column in table.values() for cell in column)
    texts = texts_of(table)
    print(f"{given.rows:,} rows, {characters / 1e6:.1f} M characters, {len(texts):,} different cells")

    naive = naive_seconds(table, min(given.sample, given.rows))

    clock, cpu = time.perf_counter(), time.process_time()
    hits = scan._identifiers(texts)
    ours, ours_cpu = time.perf_counter() - clock, time.process_time() - cpu
    print(
        f"patterns and columns: {ours:.1f} s, {ours_cpu:.1f} CPU s: 1/{naive / ours:.0f} of naive ({len(hits):,} hits)"
    )

    model.people(["Warm up, please."])
    clock, cpu = time.perf_counter(), cpu_seconds()
    findings = scan.scan_texts(texts)
    ours, ours_cpu = time.perf_counter() - clock, cpu_seconds() - cpu
    print(f"everything, with names: {ours:.1f} s, {ours_cpu:.1f} CPU s: 1/{naive / ours:.0f} of naive")
    print("  " + ", ".join(f"{f.rule} {f.counts.get('places', f.counts.get('columns', 0)):,}" for f in findings))


if __name__ == "__main__":
    main()
