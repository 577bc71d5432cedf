"""Tables of which only the file is known."""

import pytest

from disclosure_control.core.content import TableKind, table_of
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.formats.tabular.delimited import examine
from disclosure_control.tables.bare.kind import Kind, kind_of
from disclosure_control.tables.bare.table_check import table_findings


def said(text: str, **policy: object) -> dict[str, str]:
    (table,) = examine(text.encode()).tables
    rules = {finding.rule: finding.where for finding in table_findings(table, Policy(**policy))}  # type: ignore[arg-type]
    del rules["table.reads-as"]
    return rules


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("area,f,m\nN,12,30\nS,14,50\n", Kind.COUNTS),
        ("area,percent\nN,12.5\nS,87.5\n", Kind.SHARES),
        ("area,rate\nN,12.5%\nS,87.5%\n", Kind.SHARES),
        ("area,mean_pay,sd\nN,12.5,3.1\nS,87.5,2.2\n", Kind.MEANS),
        ("term,coef,std err,P>|t|\nage,1.25,0.2,0.01\n", Kind.MODEL),
        ("area,n,mean\nN,120,3.1\nS,140,2.2\n", Kind.MIXED),
        ("area,note\nN,good\nS,bad\n", Kind.TEXT),
        ("area,value\nN,1.25\nS,3.5\n", Kind.UNKNOWN),
    ],
)
def test_what_a_table_reads_as(text: str, kind: Kind) -> None:
    (table,) = examine(text.encode()).tables
    assert kind_of(table) is kind
    assert "cannot be known" in table_findings(table, Policy())[0].why


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 2 % of 150 are three people; 97.5 % of 200 leave five.
        ("area,percent_ill,n\nN,2.0,150\nS,40.0,300\n", {"table.implied-count": "line 2, column 2"}),
        ("area,percent_ill,n\nN,97.5,200\nS,40.0,300\n", {"table.implied-count": "line 2, column 2"}),
        ("area,share,base\nN,0.02,150\nS,0.40,300\n", {"table.implied-count": "line 2, column 2"}),
        ("area,percent_ill,n\nN,20.0,150\nS,40.0,300\n", {}),
        ("area,percent_ill,n\nN,0.0,150\nS,100.0,300\n", {}),
        # n is the numerator: it is shown itself.
        ("area,n,percent\nN,150,33.3\nS,300,66.7\n", {}),
        ("area,n,percent\nN,150,33.3\nS,300,66.7\nTotal,450,100\n", {}),
        # Percentages down a column, above the number they are of.
        ("group,women,men\nill,2.5,30.0\nwell,97.5,70.0\nN,200,300\n", {"table.implied-count": "line 2, column 2"}),
        ("group,women,men\nill,20.0,30.0\nwell,80.0,70.0\nN,200,300\n", {}),
    ],
)
def test_counts_that_percentages_imply(text: str, expected: dict[str, str]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("area,f,m,total\nN,[c],130,135\nS,210,190,400\n", "line 2, column 2"),
        ("area,f,m\nN,[c],130\nS,210,190\nTotal,214,320\n", "line 2, column 2"),
        # Each row and column hides two, and yet the table gives one away: 2 x 2 hidden and a fifth alone in its row.
        ("area,a,b,c,All\nN,*,*,50,80\nS,*,*,60,90\nE,*,40,50,110\nAll,60,70,160,290\n", "line 4, column 2"),
        ("area,a,b,All\nN,*,*,80\nS,*,*,90\nAll,60,110,170\n", ""),
        ("area,f,m\nN,[c],130\nS,210,190\n", ""),
        ("area,f,m,total\nN,[c],[c],135\nS,210,190,400\n", ""),
        # What is called a total is of something else.
        ("area,f,m,total\nN,120,130,900\nS,210,190,800\n", ""),
    ],
)
def test_hidden_cells_that_the_totals_give_away(text: str, expected: str) -> None:
    assert said(text).get("table.recoverable", "") == expected


def test_smallest_and_largest_values_are_named() -> None:
    assert said("area,mean,max\nN,12.5,99.5\nS,11.5,87.5\n") == {"table.possible-end-point": "line 1, column 3"}
    described = ",pay\ncount,800.0\nmean,20.5\nmin,3.25\n50%,20.25\nmax,99.5\n"
    assert said(described) == {"table.possible-end-point": "line 4, column 1; line 6, column 1"}


def test_a_small_count_in_a_row_of_counts_is_found() -> None:
    assert said(",pay,age\ncount,800.0,4.0\nmean,20.5,33.25\n")["table.small-count"] == "line 2, column 3"


def test_counts_are_rounded_where_the_policy_rounds() -> None:
    text = "area,f,m\nN,15,33\nS,20,50\n"
    assert said(text) == {}
    assert said(text, round_counts_to=5) == {"table.unrounded": "line 2, column 3"}
    assert said(text.replace("33", "35"), round_counts_to=5) == {}
    assert Policy.load("opensafely").round_counts_to == 5


@pytest.mark.parametrize(
    ("rows", "values", "expected"),
    [
        (30, [17.3 * i % 7 for i in range(30)], None),
        (80, [17.3 * i % 7 for i in range(80)], Outcome.REVIEW),
        (400, [17.3 * i % 7 for i in range(400)], Outcome.FAIL),
        (400, list(range(400)), Outcome.REVIEW),
    ],
)
def test_many_points_behind_a_chart_are_records_unless_they_are_a_curve(
    rows: int, values: list[float], expected: Outcome | None
) -> None:
    table = table_of([["x"], *([str(value)] for value in values)], where="chart data 1", kind=TableKind.POINTS)
    findings = table_findings(table, Policy())
    assert [finding.outcome for finding in findings] == ([] if expected is None else [expected])
