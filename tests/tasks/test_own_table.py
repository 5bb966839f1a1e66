"""A user's own table: roles of its columns, and the sentence that each bad one gets."""

import gzip

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
from synthsize.tasks.own_table import Columns, list_files, read_own_table

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


BROKEN = {
    "two columns of a name": ("a,died,a\n1,0,1\n", "several columns of the name 'a'"),
    "row numbers": (",died\n0,1\n", "column 1 of FILE has no name"),
    "cells beyond the header": ("died,a\n1,2,3\n0,2,3\n", "more cells than its header"),
    "no line": ("", "cannot be read as CSV"),
    "no feature": ("died\n1\n0\n", "no column left for a feature"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_sentence_for_a_broken_file(tmp_path, name):
    text, words = BROKEN[name]
    path = tmp_path / "t.csv"
    path.write_text(text)
    assert words in refusal(path, LABEL)


def test_a_truncated_file_is_named(tmp_path, written):
    path = written(small())
    path.write_bytes(path.read_bytes()[:200])
    assert "FILE cannot be read as Parquet" in refusal(path, LABEL)
    short = tmp_path / "t.csv.gz"
    short.write_bytes(gzip.compress(b"died,a\n1,2\n" * 1000)[:40])
    assert "FILE cannot be read as CSV" in refusal(short, LABEL)


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


def test_a_yaib_cohort_with_one_septic_stay_is_refused(written):
    """Its 13 positive hours are of a single stay."""
    frame = stay_means(open_data(YAIB_DEMO) / "sepsis/mimic_demo")
    message = refusal(written(frame), Columns("label", group="stay_id", stratum="sex"))
    assert message.startswith("tasks.t: fewer than the 2 patients needed are positive")
