import pytest

from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.tabular.delimited import examine
from disclosure_control.tables.bare.counts import small_counts


def rules_of(text: str) -> dict[str, str]:
    examined = examine(text.encode())
    findings = [*examined.findings, *small_counts(examined.tables[0], 10)]
    return {finding.rule: finding.where for finding in findings}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("area,f,m\nN,12,30\nS,4,50\n", {"table.small-count": "line 3, column 2"}),
        ("area,mean,n\nN,1.5,9\nS,2.5,10\n", {"table.small-count": "line 2, column 3"}),
        ('area,count\nN,"1,200"\nS,3\n', {"table.small-count": "line 3, column 2"}),
        ("area,count\nN,3.0\nS,[c]\n", {"table.small-count": "line 2, column 2"}),
        (
            "area,mean,children\nN,1.5,2\nS,2.5,3\nW,2.0,1\n",
            {"table.possible-small-count": "line 2, column 3; line 3, column 3; line 4, column 3"},
        ),
        ("area,f,m\nN,12,30\nS,10,0\n", {}),
        ("year,mean\n1,1.5\n2,2.5\n3,1.5\n", {}),
        ("area,mean\nN,1.5\nS,-3.2\n", {}),
    ],
)
def test_small_counts_are_found_with_their_place(text: str, expected: dict[str, str]) -> None:
    assert rules_of(text) == expected


def test_cells_that_a_spreadsheet_would_run_are_named() -> None:
    text = 'a,b\n"=HYPERLINK(""x"")",-5\n@sum,+1.5\n-,1e3\n'
    assert rules_of(text)["artefact.formula"] == "line 2, column 1; line 3, column 1"


def test_the_file_is_written_again_and_nothing_else_remains() -> None:
    examined = examine('\ufeffa;x,b\r\n"1.5","two\u200b words"\r\n\r\n'.encode())
    assert examined.clean == b"a;x,b\n1.5,two words\n"
    assert examined.media_type == "text/csv"
    assert examine(b"a\tb\n1.5\tx\n", delimiter="\t").media_type == "text/tab-separated-values"


@pytest.mark.parametrize(
    "content",
    [b"a,b\n1\n", b'a,b\n"x,1\n', b'a,b\n"x"y,1\n', b"\xff\xfe\x00a", b"a,b\n\x001,2\n", b"a\n" + b"x" * 200_000],
)
def test_what_does_not_parse_to_its_end_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        examine(content)


def test_texts_are_headers_labels_and_long_numbers_and_no_values() -> None:
    examined = examine(b"name,pay,id\nAnn,12.55,9434765919\nBob,13.5,9434765870\n")
    assert [text.text for text in examined.texts] == ["name", "pay", "id", "Ann", "Bob", "9434765919", "9434765870"]


@pytest.mark.parametrize("content", [b"", b"a,b\n"])
def test_an_empty_table_is_said(content: bytes) -> None:
    assert "artefact.empty" in {finding.rule for finding in examine(content).findings}
