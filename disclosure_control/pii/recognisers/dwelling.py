"""Where a person lives: postcode, street address, property reference.

Sources: postcode, BS 7666 as used by the Office for National Statistics (Code-Point forms); streets, the thoroughfare
types of Royal Mail's Programmers' Guide to the Postcode Address File; UPRN, GeoPlace: up to twelve digits without a check.
"""

from typing import Final

from disclosure_control.pii.recognisers.recogniser import NUMBER, WORD, Recogniser

_TYPES: Final = (
    "Street|St|Road|Rd|Avenue|Ave|Av|Lane|Ln|Drive|Dr|Close|Cl|Court|Ct|Crescent|Cres|Gardens|Gdns|Grove|Gr|Hill|House"
    "|Mews|Park|Parade|Place|Pl|Rise|Row|Square|Sq|Terrace|Terr|Walk|Way|Wharf|Yard|Green|Meadows?|View|Villas|Mount"
    "|Fields?|Bridge|Circus|Common|Copse|Croft|Dale|Drove|End|Esplanade|Gate|Glade|Glen|Heights|Highway|Hollow|Island"
    "|Knoll|Manor|Mill|Oval|Orchard|Parkway|Passage|Path|Promenade|Quay|Ridge|Square|Spur|Track|Vale|Valley|Boulevard|Blvd"
    "|Circle|Trail|Turnpike|Alley|Estates?|Springs?|Station|Summit|Union|Viaduct|Plaza|Cove|Crossing|Ferry|Ford|Forge"
    "|Forks?|Harbors?|Harbours?|Haven|Inlet|Isle|Junctions?|Keys?|Lakes?|Landing|Loaf|Locks?|Lodge|Loop|Mall|Motorway"
    "|Neck|Pass|Pike|Pines?|Plains?|Point|Port|Prairie|Radial|Ramp|Ranch|Rapids?|Rest|River|Roads|Route|Run|Shoals?"
    "|Shores?|Skyway|Square|Stravenue|Stream|Streets|Throughway|Trace|Trafficway|Tunnel|Underpass|Village|Ville|Vista"
    "|Well|Wells|Ways|Walks|Squares|Rue|Branch|Brook|Brooks|Burg|Bypass|Camp|Canyon|Cape|Causeway|Center|Centers|Cliffs?"
    "|Club|Corners?|Course|Courts|Coves|Creek|Crest|Crossroad|Curve|Dam|Divide|Drives|Expressway|Extensions?|Falls?|Flats?"
    "|Forest|Forges|Fort|Freeway|Garden|Gateway|Glens|Greens|Groves|Hills?|Islands?"
)
_NAME: Final = r"[A-Z][A-Za-z'’.-]{1,24}"
_NUMBER: Final = r"\d{1,5}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?"
_UNIT: Final = r"(?:Flat|Apartment|Apt\.?|Unit|Suite|Studio|Room|Floor) (?:No\.? ?)?\d{1,4}[A-Za-z]?"

RECOGNISERS: Final = (
    Recogniser(
        "postcode",
        r"GIR ?0AA|[A-PR-UWYZ](?:\d[A-HJKPSTUW\d]?|[A-HK-Y]\d[ABEHMNPRVWXY\d]?) ?\d[ABD-HJLNP-UW-Z]{2}",
        context=r"postcode|post code",
    ),
    Recogniser(
        "address",
        rf"(?:{_UNIT},? ?)?{_NUMBER},? (?:{_NAME} ){{1,3}}(?:{_TYPES}|(?i:{_TYPES}))\.?(?:,? {_UNIT})?",
        around=(rf"(?<![A-Za-z0-9_.,£$€%:=-])(?<![=<>~±]\s)", WORD[1]),
    ),
    Recogniser("address", rf"(?:P\.? ?O\.? ?Box|BFPO) \d{{1,6}}|{_UNIT}", around=WORD),
    Recogniser(
        "address",
        rf"{_NUMBER},? {_NAME}(?: {_NAME}){{0,3}}(?:,? (?:{_UNIT}|{_NAME}(?: {_NAME})?))?",
        around=(WORD[0], WORD[1]),
        context=r"address(?:es)?(?: is)?|lives?(?: at)?|living at|moved? to|moving to|resid(?:es?|ing|ent)(?: (?:at|of))?"
        r"|home|located(?: at)?|deliver(?:ed)?(?: it)? to|visit(?:ing)?|offices?",
        needs_context=True,
    ),
    Recogniser(
        "property-reference",
        r"\d{6,12}",
        around=NUMBER,
        context=r"uprn|(?:unique )?property ref(?:erence)?",
        needs_context=True,
    ),
)
