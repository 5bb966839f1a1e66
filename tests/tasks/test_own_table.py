"""A user's own table: roles of its columns, and the sentence that each bad one gets."""

import gzip
import io
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from open_data import YAIB_DEMO, open_data
from yaib_tables import stay_means

from synthsize.benchmark.settings import Settings
from synthsize.benchmark.split_data import read_rows
from synthsize.contracts.analysis import ANALYSIS
from synthsize.contracts.summaries import SUMMARIES
from synthsize.errors import InputError
from synthsize.report.hidden import Hidden
from synthsize.report.suppression import suppress_own_tables
from synthsize.tasks.own_columns import Columns
from synthsize.tasks.own_table import HEAD_ROWS, check_head, list_files, read_own_table

LABEL = Columns(label="died")


def small(**changes):
    """Thirty rows, six of them with the outcome, of ten patients."""
    rows = np.arange(30)
    columns = {
        "died": (rows % 5 == 0).astype(int),
        "patient": [f"p{row % 10:03d}" for row in rows],
        "ward": ["A", "B", None] * 10,
        "sodium": np.where(rows % 7 == 0, np.nan, 130 + rows / 10),
        "ventilated": rows % 2 == 0,
    }
    return pd.DataFrame(
        {name: values for name, values in {**columns, **changes}.items() if values is not None}
    )


@pytest.fixture
def written(tmp_path):
    """Write a frame in the format of the name; hand over its path."""

    def write(frame, name="t.parquet"):
        path = tmp_path / name
        if name.endswith(".parquet"):
            frame.to_parquet(path, index=False)
        else:
            frame.to_csv(path, index=False)
        return path

    return write


def take(path, columns, **settings):
    return read_own_table(path, columns, task="t", **{"fewest": 2, **settings})


def refusal(path, columns, **settings):
    with pytest.raises(InputError) as caught:
        take(path, columns, **settings)
    return str(caught.value).replace(str(path), "FILE")


@pytest.mark.parametrize("name", ["t.parquet", "t.csv", "t.csv.gz"])
def test_every_format_gives_one_analysis_table(written, tmp_path, name):
    frame = small()
    taken = take(written(frame, name), Columns("died", group="patient", stratum="ward"))
    ANALYSIS.write(taken.analysis, tmp_path / "out.parquet")
    table = ANALYSIS.read(tmp_path / "out.parquet")
    assert list(table) == ["admission_id", "patient_id", "stratum", "label", "sodium", "ventilated"]
    assert table["label"].tolist() == (frame["died"] == 1).tolist()
    np.testing.assert_array_equal(table["sodium"], frame["sodium"])  # missing stays missing
    np.testing.assert_array_equal(table["ventilated"], frame["ventilated"].astype(float))
    together = frame.groupby("patient").ngroup()
    assert len(set(zip(table["patient_id"], together, strict=True))) == table["patient_id"].nunique() == 10
    assert table["stratum"].fillna("-").tolist() == frame["ward"].fillna("-").tolist()
    SUMMARIES["own_tables"].write(taken.facts, tmp_path / "facts.csv")
    facts = SUMMARIES["own_tables"].read(tmp_path / "facts.csv").iloc[0]
    assert (facts["rows"], facts["groups"], facts["groups_with_outcome"], facts["strata"]) == (30, 10, 2, 2)
    assert facts["missing_cells"] == frame["sodium"].isna().sum()
    SUMMARIES["preflight"].write(list_files(taken.facts, [tmp_path / name]), tmp_path / "files.csv")


def test_the_rarer_value_is_the_outcome(written):
    common = take(written(small(died=1 - small()["died"])), Columns("died", leave_out=("patient", "ward")))
    assert common.analysis["label"].sum() == 6
    assert common.facts["outcome"].item() == "died = 0"
    assert "rarer value" in common.facts["note"].item()
    truth = take(written(small(died=small()["died"] == 1)), Columns("died", leave_out=("patient", "ward")))
    assert truth.facts["outcome"].item() == "died = true"
    assert truth.facts["note"].item() == ""


def test_without_groups_each_row_is_its_own_and_an_id_is_noticed(written):
    taken = take(written(small(stay=np.arange(30) + 500)), Columns("died", leave_out=("patient", "ward")))
    assert taken.analysis["patient_id"].is_unique
    assert taken.facts["note"].item() == "stay has another whole number in each row, as an id has"


def test_ids_keep_their_zeros_and_a_named_index_is_a_column(tmp_path):
    frame = small(patient=["07", "7", "007"] * 10)
    frame.to_csv(tmp_path / "t.csv", index=False)
    taken = take(tmp_path / "t.csv", Columns("died", group="patient", leave_out=("ward",)))
    assert taken.analysis["patient_id"].nunique() == 3
    frame.set_index("patient").to_parquet(tmp_path / "t.parquet")
    taken = take(tmp_path / "t.parquet", Columns("died", group="patient", leave_out=("ward",)))
    assert taken.analysis["patient_id"].nunique() == 3


BAD = {
    "a missing column": (
        {},
        Columns("dead", leave_out=("patient", "ward")),
        "tasks.t.label names column 'dead', which FILE lacks; did you mean 'died'?",
    ),
    "text": (
        {},
        LABEL,
        "tasks.t.table: FILE has columns that are not numbers: 'patient', 'ward'; write them as numbers, or name them "
        "in tasks.t.leave_out",
    ),
    "three values": (
        {"died": np.arange(30) % 3},
        LABEL,
        "tasks.t.label: column 'died' of FILE holds other values than 0 and 1 (or true and false); recode it to two "
        "classes",
    ),
    "yes and no": (
        {"died": ["yes", "no"] * 15},
        LABEL,
        "tasks.t.label: column 'died' of FILE holds other values than 0 and 1 (or true and false); recode it to two "
        "classes",
    ),
    "a single class": (
        {"died": 0},
        LABEL,
        "tasks.t.label: column 'died' of FILE holds a single class; bring rows of both, or name another column",
    ),
    "no label": (
        {"died": [1.0, 0.0, np.nan] * 10},
        LABEL,
        "tasks.t.label: column 'died' of FILE has empty cells; fill them in, or take these rows out of the table",
    ),
    "no group": (
        {},
        Columns("died", group="ward", leave_out=("patient",)),
        "tasks.t.group: column 'ward' of FILE has empty cells, so that these rows belong to nobody; fill them in, or "
        "take the rows out of the table",
    ),
    "infinite": (
        {"sodium": [np.inf, 1.0] * 15},
        LABEL,
        "tasks.t.table: FILE holds infinite values in 'sodium'; leave such cells empty or give them numbers",
    ),
    "a name of the workflow": (
        {"label": 1.0},
        LABEL,
        "tasks.t.table: column 'label' of FILE would be a feature, but the workflow has a column of that name; rename "
        "it, or name it in tasks.t.leave_out",
    ),
    "too few": (
        {"died": [1] + [0] * 29},
        LABEL,
        "tasks.t: fewer than the 2 patients needed are positive; check the label column, bring more rows or lower "
        "experiment.vtss.folds",
    ),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("file", ["t.parquet", "t.csv"])
def test_one_sentence_for_a_bad_column(written, file, name):
    changes, columns, sentence = BAD[name]
    if name != "text" and columns is LABEL:
        columns = Columns("died", leave_out=("patient", "ward"))
    assert refusal(written(small(**changes), file), columns) == sentence


NEEDS_ALL_ROWS = {"a single class", "too few"}
NEEDS_ROWS = NEEDS_ALL_ROWS | {
    "three values",
    "no label",
    "no group",
    "infinite",
}  # types tell nothing of these


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize(("file", "untold"), [("t.parquet", NEEDS_ROWS), ("t.csv", NEEDS_ALL_ROWS)])
def test_what_the_head_shows_is_refused_in_the_same_words(written, file, untold, name):
    changes, columns, sentence = BAD[name]
    if name != "text" and columns is LABEL:
        columns = Columns("died", leave_out=("patient", "ward"))
    path = written(small(**changes), file)
    if name in untold:
        check_head(path, columns, task="t")
        return
    with pytest.raises(InputError) as caught:
        check_head(path, columns, task="t")
    assert str(caught.value).replace(str(path), "FILE") == sentence


@pytest.mark.parametrize("index", [None, pd.Index(range(5), name="stay"), pd.RangeIndex(5, 10, name="stay")])
def test_the_head_of_parquet_has_the_columns_and_kinds_of_the_whole(tmp_path, index):
    """What is a number is the same with rows and without."""
    kinds = {
        "whole": [1, 2, None],
        "decimal": [Decimal("1.5")] * 3,
        "truth": [True, None, False],
        "empty": [None] * 3,
        "text": ["a", "b", "c"],
        "day": [date(2020, 1, 1)] * 3,
        "span": [timedelta(hours=1)] * 3,
    }
    died = Columns("died")
    for kind, values in kinds.items():
        frame = pd.DataFrame({"died": [0, 1, 0, 1, 0], "a": pd.Series([*values, None, None], dtype=object)})
        path = tmp_path / f"{kind}.parquet"
        (frame if index is None else frame.set_index(index)).to_parquet(path)
        if kind in ("text", "day", "span"):
            assert "columns that are not numbers: 'a'; " in refusal(path, died)
            with pytest.raises(InputError, match="columns that are not numbers: 'a'; "):
                check_head(path, died, task="t")
        else:
            features = take(path, died).facts["features"].item()
            check_head(path, died, task="t")
            assert features == (1 if index is None else 2)
        if index is not None:
            with pytest.raises(InputError, match="no column left for a feature"):  # neither role is unknown
                check_head(path, Columns("died", group="stay", leave_out=("a",)), task="t")


def test_the_head_of_a_csv_file_ends(tmp_path):
    """A fault beyond it is left to the job, which reads all rows."""
    lines = ["died,a", *(f"{row % 2},{row}" for row in range(HEAD_ROWS)), "0,none of these"]
    path = tmp_path / "t.csv"
    path.write_text("\n".join([*lines, ""]))
    check_head(path, LABEL, task="t")
    assert "columns that are not numbers: 'a'; " in refusal(path, LABEL)
    path.write_text("\n".join([*lines[:HEAD_ROWS], "0,none of these", ""]))
    with pytest.raises(InputError, match="columns that are not numbers: 'a'; "):
        check_head(path, LABEL, task="t")


BROKEN = {
    "two columns of a name": ("a,died,a\n1,0,1\n", "several columns of the name 'a'"),
    "row numbers": (",died\n0,1\n", "column 1 of FILE has no name"),
    "cells beyond the header": (
        "died,a\n1,2,3\n0,2,3\n",
        "tasks.t.table: FILE, line 2 has 3 fields and the header 2; correct the row",
    ),
    "a short row": ("died,a,b\n1,2,3\n\n1,2\n0,2,3\n", "FILE, line 4 has 2 fields and the header 3"),
    "a row of blanks": ("died,a\n1,2\n  \n0,2\n", "FILE, line 3 has 1 fields and the header 2"),
    "a last row cut in its fields": (
        "died,a\r\n1,2.5\r\n0",
        "FILE, line 3 is the last and ends in the middle of a row; copy the file again",
    ),
    "a last row cut in its quotes": (
        'died,a,b\n1,2,"x"\n0,2,"y',
        "FILE, line 3: a double quote is not closed",
    ),
    "a quote that is never closed": (
        'died,note,a\n1,x,2\n0,"y,2\n1,z,2\n',
        "FILE, line 3: a double quote is not closed, or stands inside a cell; correct the row",
    ),
    "text after a quote": (
        'died,a,note\n1,2,"x"y\n',
        "FILE, line 2: a double quote is not closed, or stands",
    ),
    "a semicolon": (
        "died;a\n1;0,5\n0;0,7\n",
        "FILE is separated by semicolons, not by commas; save it with commas",
    ),
    "a tab": ("died\ta\n1\t0\n", "FILE is separated by tabs, not by commas"),
    "no line": ("", "FILE is empty; write a header and its rows"),
    "not UTF-8": (b"died,a\xe4\n1,2\n", "FILE cannot be read as CSV in UTF-8"),
    "long ids": (
        f"died,a\n1,{10**20}\n",
        "FILE cannot be read as CSV in UTF-8 (a whole number beyond 64 bits",
    ),
    "no row": ("died,a\n", "FILE has a header and no rows; write the file again"),
    "no feature": ("died\n1\n0\n", "no column left for a feature"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_sentence_for_a_broken_file(tmp_path, name):
    text, words = BROKEN[name]
    path = tmp_path / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert words in refusal(path, LABEL)
    with pytest.raises(InputError) as caught:
        check_head(path, LABEL, task="t")
    assert words in str(caught.value).replace(str(path), "FILE")


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
@pytest.mark.parametrize("cell", ['"', '"fell'])
def test_two_stray_quotes_lose_no_rows(tmp_path, name, cell):
    """Between them all rows make one cell: readers give 200 rows of these 400, and say nothing."""
    lines = ["died,note,a", *(f"{row % 4 // 3},well,{row}" for row in range(400))]
    for line in (100, 300):
        lines[line] = lines[line].replace("well", cell)
    text = "\n".join([*lines, ""]).encode()
    if cell == '"':
        assert len(pd.read_csv(io.BytesIO(text))) == 200
    path = tmp_path / name
    path.write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    assert "FILE, line 101: a" in refusal(path, Columns("died", leave_out=("note",)))


def test_a_file_cut_off_anywhere_but_between_lines_is_refused_or_remarked_on(tmp_path):
    lines = ["died,a,note\n", '1,12.5,"x, y"\n', "0,13.25,zz\n", "1,14.75,\n", '0,15.5,"z"\n']
    whole, path = "".join(lines), tmp_path / "t.csv"
    ends = {len("".join(lines[:number])) for number in (3, 4, 5)}  # with rows of both classes
    remarks = {}
    for end in range(len(whole) + 1):
        path.write_text(whole[:end])
        try:
            remarks[end] = take(path, Columns("died", leave_out=("note",)), fewest=1).facts["note"].item()
        except InputError:
            continue
    third, fourth = len("".join(lines[:3])), len("".join(lines[:4]))
    within_the_last_cell = {third - 3, third - 2, third - 1, fourth - 1, len(whole) - len('"z"\n')}
    assert {end for end, remark in remarks.items() if "no line break" in remark} == within_the_last_cell
    assert remarks.keys() - within_the_last_cell == ends | {len(whole) - 1}  # the closing quote is there
    assert remarks[min(within_the_last_cell)] == (
        "t.csv, line 3, has no line break at its end, as some programs write it and as a file that was cut off has it: "
        "compare the number of rows and the last cell of note with the original"
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_gives_the_same_cells(tmp_path, end):
    """After a blank line, pandas takes a lone carriage return and an empty first cell for one line end."""
    path = tmp_path / "t.csv"
    lines = ["a,died", *(",1" if row % 5 == 0 else f"{row},0" for row in range(20)), "", ",0", ""]
    path.write_bytes(end.join(lines).encode())
    analysis = take(path, LABEL).analysis
    assert analysis["label"].tolist() == [row % 5 == 0 for row in range(20)] + [False]
    assert analysis["a"].isna().tolist() == analysis["label"].tolist()[:-1] + [True]


@pytest.mark.parametrize("name", ["t.parquet", "t.csv"])
def test_blanks_at_the_ends_make_no_other_patient_or_stratum(written, name):
    frame = small(patient=["p0", "p0 ", " p1\u00a0"] * 10, ward=["A", "A ", "  "] * 10)
    taken = take(written(frame, name), Columns("died", group="patient", stratum="ward"))
    assert taken.analysis["patient_id"].tolist() == [0, 0, 1] * 10
    assert taken.analysis["stratum"].tolist() == ["A", "A", None] * 10
    blank = small(patient=["p0", " "] * 15)
    assert "'patient' of FILE has empty cells" in refusal(
        written(blank, name), Columns("died", group="patient", leave_out=("ward",))
    )


def test_categories_are_taken_as_their_texts(written):
    frame = small(patient=pd.Categorical(["p0", "p0 ", "p1"] * 10))
    taken = take(written(frame), Columns("died", group="patient", leave_out=("ward",)))
    assert taken.analysis["patient_id"].tolist() == [0, 0, 1] * 10


def test_words_for_nothing_are_names_of_groups_and_gaps_of_numbers(written):
    words = ["NA", "None", "null", "nan"]
    frame = small(patient=(words * 8)[:30], ward=(words * 8)[:30], sodium=[*words, "", *map(str, range(25))])
    taken = take(written(frame, "t.csv"), Columns("died", group="patient", stratum="ward")).analysis
    assert taken["patient_id"].nunique() == taken["stratum"].nunique() == 4
    assert taken["stratum"].tolist() == frame["ward"].tolist()
    assert taken["sodium"].isna().tolist() == [True] * 5 + [False] * 25
    label = small(died=["NA", "1", "0"] * 10)
    path = written(label, "t.csv")
    assert "'died' of FILE has empty cells" in refusal(path, Columns("died", leave_out=("patient", "ward")))


def test_a_copy_of_the_label_has_a_remark(written):
    frame = small(dead=1 - small()["died"])
    notes = take(written(frame), Columns("died", leave_out=("patient", "ward"))).facts["note"].item()
    assert notes == "dead alone separates the two values of died, as a copy of it does"


def test_a_truncated_file_is_named(tmp_path, written):
    path = written(small())
    path.write_bytes(path.read_bytes()[:200])
    assert "FILE cannot be read as Parquet" in refusal(path, LABEL)
    short = tmp_path / "t.csv.gz"
    short.write_bytes(gzip.compress(b"died,a\n1,2\n" * 1000)[:40])
    assert "FILE cannot be read as CSV in UTF-8 (it breaks off in the middle); write" in refusal(short, LABEL)


def test_small_counts_of_groups_are_hidden(written):
    facts = take(written(small()), Columns("died", group="patient", leave_out=("ward",))).facts
    shown = suppress_own_tables(facts, 10).iloc[0]
    assert shown["groups_with_outcome"].text == "<10"
    assert isinstance(shown["missing_percent"], Hidden)
    assert suppress_own_tables(facts, 0)["missing_percent"].item() == pytest.approx(100 * 5 / 60)


YAIB_TOTALS = {  # as the README of the set counts them: stays, hourly rows, positive rows of the outcome
    "mortality24/eicu_demo": (1367, 34175, 70),
    "mortality24/mimic_demo": (99, 2475, 21),
    "sepsis/eicu_demo": (896, 42524, 806),
    "sepsis/mimic_demo": (115, 7707, 13),
}
YAIB_POSITIVES = {"mortality24/eicu_demo": 70, "mortality24/mimic_demo": 21, "sepsis/eicu_demo": 63}


@pytest.mark.parametrize("cohort", YAIB_TOTALS)
def test_the_yaib_cohorts_are_those_of_the_readme(cohort):
    folder = open_data(YAIB_DEMO) / cohort
    hourly, static, outcome = (pd.read_parquet(folder / f"{name}.parquet") for name in ("dyn", "sta", "outc"))
    assert (len(static), len(hourly), outcome["label"].sum()) == YAIB_TOTALS[cohort]


@pytest.mark.parametrize("cohort", YAIB_POSITIVES)
def test_the_yaib_cohorts_become_tasks(tmp_path, cohort):
    frame = stay_means(open_data(YAIB_DEMO) / cohort)
    frame.to_parquet(tmp_path / "stays.parquet")
    taken = take(
        tmp_path / "stays.parquet", Columns("label", group="stay_id", stratum="sex", leave_out=())
    ).analysis
    assert len(taken) == taken["patient_id"].nunique() == YAIB_TOTALS[cohort][0]
    assert taken["label"].sum() == YAIB_POSITIVES[cohort]
    features = [name for name in frame if name not in ("label", "stay_id", "sex")]
    rows = read_rows(taken, "t", Settings(seed=1, multipliers=(0.0, 1.0)))
    np.testing.assert_array_equal(rows.X, frame[features].to_numpy(dtype=float))


def test_a_yaib_cohort_with_one_septic_stay_is_rejected(written):
    """Its 13 positive hours are of a single stay."""
    frame = stay_means(open_data(YAIB_DEMO) / "sepsis/mimic_demo")
    message = refusal(written(frame), Columns("label", group="stay_id", stratum="sex"))
    assert message.startswith("tasks.t: fewer than the 2 patients needed are positive")
