"""Plain CSV files that a broken download or copy cut short."""

import csv
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthsize.errors import InputError
from synthsize.extract.definition.loading import load_source
from synthsize.extract.preflight import check_source
from synthsize.extract.raw import csv_end

HEADER = '"ROW_ID","VALUE","COMMENT"\n'


def table(n_rows: int, seed: int = 1) -> str:
    """Text of a table whose values hold commas, quotes and line breaks."""
    draw = random.Random(seed)
    odd = ["plain", "a, b", 'said ""yes""', "two\nlines", "7,8,9\n10,11,12"]
    return HEADER + "".join(f'{row},"{draw.choice(odd)}","{draw.choice(odd)}"\n' for row in range(n_rows))


@pytest.fixture(params=["whole", "tail"])
def check(request, tmp_path, monkeypatch):
    """Check a text, read whole or by its last 2 kB alone."""
    monkeypatch.setattr(csv_end, "TAIL_BYTES", 2000)

    def run(text: str, name: str = "LABEVENTS.csv") -> str | None:
        file = tmp_path / name
        file.write_text(text, newline="")
        return csv_end.check_csv_end(file, {"whole": 1_000_000, "tail": 100}[request.param])

    run.is_whole = request.param == "whole"
    return run


@pytest.mark.parametrize("end", ["\n", "\r\n", ""], ids=["LF", "CRLF", "none"])
def test_whole_file(check, end):
    for seed in range(20):
        text = table(300, seed).replace("\n", "\r\n" if end == "\r\n" else "\n").rstrip("\r\n") + end
        assert check(text) is None


def test_a_last_cell_that_may_be_cut_is_remarked_on(check):
    for last in ("300,yes,no", "300,yes,"):
        remark = check(table(300) + last)
        line = table(300).count("\n") + 1
        assert (
            f"LABEVENTS.csv, {f'line {line}' if check.is_whole else 'its last line'}, has no line break"
            in remark
        )
        assert "the last cell of COMMENT" in remark


@pytest.mark.parametrize(
    "last", ['300,"cut ', '300,"cut, 1, 2', '300,"two\nlin', '300,"7,8,9\n10,11', "300,1", "30", '300,"yes"']
)
def test_file_cut_in_a_row(check, last):
    for seed in range(20):
        with pytest.raises(
            InputError, match=r"LABEVENTS\.csv ends in the middle of a row; download or copy it again"
        ):
            check(table(300, seed) + last)


def test_other_formats_are_passed_over(check):
    check(table(10) + "1,", "LABEVENTS.csv.gz")
    check(table(10) + "1,", "LABEVENTS.parquet")


@given(
    st.lists(st.lists(st.text('ab,"\n', max_size=5), min_size=3, max_size=3), min_size=1, max_size=5),
    st.integers(1, 60),
)
def test_cuts_are_found_where_pythons_reader_finds_them(tmp_path_factory, rows, cut):
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([["x", "y", "z"], *rows])
    text = written.getvalue()[: -min(cut, len(written.getvalue()) - len('"x","y","z"\n') - 1)]
    if text.endswith("\n"):
        return  # counts as whole
    try:
        last = list(csv.reader(io.StringIO(text, newline=""), strict=True))[-1]
        is_whole = len(last) == 3
    except csv.Error:
        is_whole = False
    file = tmp_path_factory.mktemp("cut") / "T.csv"
    file.write_text(text, newline="")
    if is_whole:
        csv_end.check_csv_end(file, 1_000_000)
    else:
        with pytest.raises(InputError, match="ends in the middle of a row"):
            csv_end.check_csv_end(file, 1_000_000)


def test_preflight_refuses_a_cut_file(hospital, caplog):
    hospital.add("DIAGNOSES_ICD").add("DIAGNOSES_ICD", ICD9_CODE="9,9")
    (hospital.write() / "DIAGNOSES_ICD.csv.gz").unlink()
    (hospital.folder / "DIAGNOSES_ICD.csv").write_bytes(hospital.text("DIAGNOSES_ICD")[:-3])
    with pytest.raises(InputError, match=r"DIAGNOSES_ICD\.csv ends in the middle of a row"):
        check_source(load_source("mimic3"), hospital.folder)
    (hospital.folder / "DIAGNOSES_ICD.csv").write_bytes(
        hospital.text("DIAGNOSES_ICD").replace(b'"9,9"', b"0389")[:-1]
    )
    check_source(load_source("mimic3"), hospital.folder)
    assert "DIAGNOSES_ICD.csv, line 3, has no line break at its end" in caplog.text
