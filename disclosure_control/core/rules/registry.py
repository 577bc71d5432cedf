"""Every rule that a finding can name, in one table: its id, outcome, meaning and what to do.

The ids are stable: reports, decisions of checkers and ``docs/rules.md`` (written from this table) refer to them.
Thresholds live in the policy; how a rule is decided lives where it is checked.
"""

from collections.abc import Iterator
from typing import Final

from disclosure_control.core.outcome import Outcome
from disclosure_control.core.rules.models import MODELS
from disclosure_control.core.rules.personal import PERSONAL
from disclosure_control.core.rules.rule import Rule

_PASS, _REVIEW, _FAIL = Outcome.PASS, Outcome.REVIEW, Outcome.FAIL


_TABLE: Final = (
    Rule(
        "table.threshold",
        _FAIL,
        "A shown cell is made from fewer people or businesses than the policy's minimum.",
        "Suppress the cell, or combine categories until each cell has enough.",
    ),
    Rule(
        "table.zero",
        _FAIL,
        "A shown cell is empty, and the policy does not allow zeros to be shown.",
        "Suppress the cell or combine categories.",
    ),
    Rule(
        "table.dominance",
        _FAIL,
        "The few largest contributors make up more of a cell's total than the policy allows.",
        "Suppress the cell, or combine it with another.",
    ),
    Rule(
        "table.p-percent",
        _FAIL,
        "The second largest contributor could work out the largest one's value too closely.",
        "Suppress the cell, or combine it with another.",
    ),
    Rule(
        "table.identical-values",
        _FAIL,
        "Everybody in a cell has the same value, so the statistic tells it for each of them.",
        "Suppress the cell, or combine it with another.",
    ),
    Rule(
        "table.end-point",
        _FAIL,
        "The smallest or largest value of a cell is the value of somebody in it.",
        "Show a percentile that enough people lie beyond.",
    ),
    Rule(
        "table.class-disclosure",
        _REVIEW,
        "Everybody in a row or column falls into one category, so the table tells it for each of them.",
        "Combine categories, or explain why the category is not sensitive.",
    ),
    Rule(
        "table.sparse-categories",
        _FAIL,
        "Most categories of a table have too few people, so that the labels themselves may tell values.",
        "Group the values into fewer categories before making the table.",
    ),
    Rule(
        "table.unprotected",
        _FAIL,
        "Unsafe cells could be worked out from the margins whatever else is suppressed; nothing is shown.",
        "Leave the margins out, or combine categories.",
    ),
    Rule(
        "table.suppressed",
        _PASS,
        "Unsafe cells were suppressed, with others that protect them from subtraction.",
        "Nothing; the attack on the table found none that can be worked out.",
    ),
    Rule(
        "table.rounded",
        _PASS,
        "Every count was rounded to a multiple of the policy's minimum, and the margins still add up.",
        "Nothing; say in the text that counts are rounded, and to what.",
    ),
    Rule(
        "table.differencing",
        _FAIL,
        "Subtracting this output and an earlier one leaves fewer people or businesses than the policy's minimum.",
        "Use the same people and categories as the earlier output, or combine categories so that more are left.",
    ),
    Rule(
        "table.linked-attack",
        _FAIL,
        "A suppressed cell can be worked out from this output and others together, though from none of them alone.",
        "Hide the same cells in all of them, leave one out, or make one table of them, which is protected as a whole.",
    ),
    Rule(
        "table.not-compared",
        _REVIEW,
        "This output could not be compared with earlier ones, since their people are not known or numbered alike.",
        "Compare them by eye: look for outputs on nearly the same people.",
    ),
    Rule(
        "table.small-count",
        _FAIL,
        "A file without evidence holds a whole number below the minimum in what reads as a column of counts.",
        "Make the table with Outputs, which suppresses and keeps evidence.",
    ),
    Rule(
        "table.possible-small-count",
        _REVIEW,
        "A file without evidence holds small whole numbers that may be counts.",
        "Say what the numbers are, or make the table with Outputs.",
    ),
    Rule(
        "table.implied-count",
        _FAIL,
        "A percentage and its base imply a count below the minimum.",
        "Show the percentage with fewer digits and no base, or combine categories.",
    ),
    Rule(
        "table.recoverable",
        _FAIL,
        "A hidden cell can be worked out from the totals that are shown.",
        "Hide another cell of the same row and column, or leave totals out; Outputs does so by itself.",
    ),
    Rule(
        "table.possible-end-point",
        _REVIEW,
        "A column or row says it holds smallest or largest values, which are the values of single people.",
        "Show percentiles that enough people lie beyond.",
    ),
    Rule(
        "table.unrounded",
        _FAIL,
        "A count is no multiple of what the policy rounds counts to.",
        "Round every count, with Outputs or round_table.",
    ),
    Rule(
        "table.reads-as",
        _PASS,
        "What a table without evidence reads as, and what cannot be known of it.",
        "Nothing; made with Outputs it has evidence, and is computed again from the project's data.",
    ),
    Rule(
        "units.unknown",
        _REVIEW,
        "Rows were counted, since the frame does not say which person or business each row belongs to.",
        "Load data with its unit as the named index, or pass unit= to Outputs.",
    ),
    Rule(
        "figure.edge-is-a-value",
        _REVIEW,
        "The edge of a bin is itself the value of a few people.",
        "Choose round bin edges, or leave them to Outputs.",
    ),
    Rule(
        "figure.points",
        _REVIEW,
        "A figure holds so many points that they may be the records of people.",
        "Show a histogram, a density or group means made with Outputs, and save the figure as png.",
    ),
    Rule(
        "figure.dense",
        _REVIEW,
        "A picture holds more than a figure needs: noise, or small squares as codes for cameras have them.",
        "Look for what the picture is of; hand in a figure with fewer and larger parts, or its table.",
    ),
    Rule(
        "figure.chart-data",
        _REVIEW,
        "The file holds the data behind a chart; they were decoded and checked as a table.",
        "Save the chart as png, or hand in its table.",
    ),
    Rule(
        "figure.not-read",
        _REVIEW,
        "What is written in the picture was not read.",
        "Read it by eye; install tesseract-ocr where the check runs.",
    ),
    Rule(
        "survival.combined-times",
        _PASS,
        "Times were combined until enough people had the event, and enough or none left, in each interval.",
        "Nothing; the survival is computed from the counts that are shown (life-table method).",
    ),
    Rule(
        "survival.few-people",
        _FAIL,
        "Too few people had the event, or left before it, for a survival table of even one interval.",
        "Study more people or a longer time.",
    ),
    *MODELS,
    Rule(
        "code.secret",
        _FAIL,
        "The text holds what reads as a password, a key or a token.",
        "Remove it, and have it changed where it is used.",
    ),
    Rule(
        "code.path",
        _REVIEW,
        "The text holds a path that names a person's folder or a server.",
        "Write paths from the project's own folder.",
    ),
    Rule(
        "code.literals",
        _REVIEW,
        "Many values are written into a program, as if they were data.",
        "Read them from the project's data in place of writing them down.",
    ),
    Rule(
        "policy.kept",
        _PASS,
        "The session's own checks found nothing against this output; the airlock computes it again.",
        "Nothing.",
    ),
    Rule(
        "evidence.verified",
        _PASS,
        "The output was computed again from the kept frame and agrees with what was handed in.",
        "Nothing.",
    ),
    Rule(
        "evidence.subset",
        _PASS,
        "The output was computed from some of the people in the project's view.",
        "Compare with earlier outputs on nearly the same people.",
    ),
    Rule(
        "evidence.none",
        _REVIEW,
        "Nothing shows how this file was computed; it was checked by what can be read from it.",
        "Make it with Outputs where that is possible; otherwise tell the checkers how it was made.",
    ),
    Rule(
        "evidence.forged",
        _FAIL,
        "The evidence does not agree with what its own frame gives.",
        "Run the code again and hand in its outputs unedited.",
    ),
    Rule(
        "evidence.mismatch",
        _FAIL,
        "The file does not agree with what its evidence gives.",
        "Run the code again and hand in its outputs unedited.",
    ),
    Rule(
        "evidence.unreadable",
        _FAIL,
        "The evidence is missing or does not have the form that Outputs writes.",
        "Run the code again and hand in its outputs unedited.",
    ),
    Rule(
        "evidence.policy",
        _FAIL,
        "The output was made under another policy than the one it is checked against.",
        "Run the code again under this policy.",
    ),
    Rule(
        "evidence.foreign-units",
        _FAIL,
        "The kept frame holds people or businesses who are in none of the project's views.",
        "Compute outputs from the project's own data.",
    ),
    Rule(
        "evidence.derived-frame",
        _REVIEW,
        "The kept frame holds rows or columns that are not in the project's views, so they cannot be verified.",
        "Show the checkers the code that derives them.",
    ),
    Rule(
        "artefact.unknown",
        _FAIL,
        "This kind of file is not one that can be checked, so it cannot leave.",
        "Hand in tables as csv or xlsx, figures as png, and texts as md.",
    ),
    Rule(
        "artefact.denied",
        _FAIL,
        "Files of this format hold more than they show, so they cannot leave.",
        "Hand in the same content in a format that can be checked.",
    ),
    Rule(
        "artefact.left-over",
        _FAIL,
        "Bytes of the file belong to nothing that its format describes; another file may be hidden in them.",
        "Save it again from the program that made it.",
    ),
    Rule(
        "artefact.active-content",
        _REVIEW,
        "The file holds a program, or refers to other places; the rebuilt file leaves it out.",
        "Look at the rebuilt file; it is what would be released.",
    ),
    Rule(
        "artefact.mismatch",
        _FAIL,
        "What is in the file is not what its name says.",
        "Save it again in the format its name says.",
    ),
    Rule(
        "artefact.unreadable",
        _FAIL,
        "The file could not be parsed to its end within the limits.",
        "Save it again, smaller or simpler.",
    ),
    Rule(
        "artefact.too-big",
        _FAIL,
        "The file, or the number of files, is above what can be checked.",
        "Hand in fewer or smaller files.",
    ),
    Rule(
        "artefact.link",
        _FAIL,
        "This is a link, a device or another thing that is not a plain file; it was not followed.",
        "Hand in plain files.",
    ),
    Rule(
        "artefact.hidden-content",
        _REVIEW,
        "The file carries something that its reader does not see; the rebuilt file leaves it out.",
        "Look at the rebuilt file; it is what would be released.",
    ),
    Rule(
        "artefact.packed",
        _FAIL,
        "Letters and digits stand in it that are packed bytes, which nobody can read as they are.",
        "Hand in what is packed as a file of its own, or leave it out.",
    ),
    Rule(
        "artefact.formula",
        _REVIEW,
        "A cell begins as a spreadsheet formula does, and a spreadsheet would run it.",
        "Write values, not formulas.",
    ),
    Rule(
        "artefact.empty",
        _REVIEW,
        "There is nothing in the file.",
        "Leave it out.",
    ),
    *PERSONAL,
    Rule(
        "check.crashed",
        _FAIL,
        "The check itself failed on this file, so nothing is known of it.",
        "Report this with the code's version; do not send the file.",
    ),
)

RULES: Final[dict[str, Rule]] = {rule.id: rule for rule in _TABLE}


def rules() -> Iterator[Rule]:
    """Every rule, in the order of the documentation."""
    return iter(_TABLE)


def rules_page() -> str:
    """The page ``docs/rules.md``: every rule in one Markdown table."""
    lines = [
        "# Rules of disclosure control",
        "",
        "Every finding in a report names one of these rules. The outcome is the usual one; thresholds are set by the",
        "policy whose digest stands on the report. This page is written from `disclosure_control/core/rules/`; each",
        "rule has a page of its own with an example that fires and one that does not, which run as "
        "[they say](rules/README.md).",
        "",
        "| rule | outcome | what it means | what to do |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| [`{rule.id}`](rules/{rule.id}.md) | {rule.outcome.label} | {rule.meaning} | {rule.todo} |"
        for rule in _TABLE
    ]
    return "\n".join(lines) + "\n"
