"""Summary tables are written and read through their contracts."""

import pandas as pd
import pytest

from synthsize.contracts.csv_contract import COUNT, FLAG, NUMBER, TEXT, Summary
from synthsize.contracts.summaries import SUMMARIES
from synthsize.errors import InputError
from synthsize.statistics.answers import ANSWER_COLUMNS
from synthsize.statistics.bands import BAND_COLUMNS
from synthsize.statistics.choices import CHOICE_COLUMNS
from synthsize.statistics.comparisons import PAIRED_COLUMNS
from synthsize.statistics.imputation_differences import IMPUTATION_COLUMNS
from synthsize.statistics.learning_curve import LEARNING_COLUMNS
from synthsize.statistics.net_benefit import BENEFIT_COLUMNS
from synthsize.statistics.regret import REGRET_COLUMNS
from synthsize.statistics.shortcut_prices import PRICE_COLUMNS
from synthsize.statistics.subgroups import SUBGROUP_COLUMNS
from synthsize.statistics.transport import STRATA_COLUMNS, TRANSPORT_COLUMNS
from synthsize.statistics.validation_summary import VALIDATION_COLUMNS
from synthsize.statistics.verdicts import VERDICT_COLUMNS

TABLE = Summary("rows", {"name": TEXT, "level": NUMBER, "n": COUNT, "edge": FLAG})
ROWS = pd.DataFrame({"name": ["7", None], "level": [1.5, None], "n": [3, 4], "edge": [True, False]})


def test_a_table_comes_back_as_it_was_written(tmp_path):
    TABLE.write(ROWS, tmp_path / "rows.csv")
    read = TABLE.read(tmp_path / "rows.csv")
    assert read["name"].iloc[0] == "7"  # text, although it looks like a number
    assert read.isna().sum().tolist() == [1, 1, 0, 0]
    assert read["edge"].dtype == bool


def test_a_table_without_rows_keeps_its_types(tmp_path):
    TABLE.write(ROWS[:0], tmp_path / "rows.csv")
    read = TABLE.read(tmp_path / "rows.csv")
    assert [read[name].dtype.kind for name in ("level", "n", "edge")] == ["f", "i", "b"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda rows: rows.drop(columns="n"), "lacks the columns n"),
        (lambda rows: rows.assign(more=1), "unknown columns more"),
        (lambda rows: rows.assign(level="high"), "column 'level' of table 'rows' must hold number"),
        (lambda rows: rows.assign(n=0.5), "column 'n' of table 'rows' must hold whole number"),
        (lambda rows: rows.assign(edge=3), "must hold true or false"),
    ],
)
def test_what_breaks_the_contract_is_rejected_both_ways(tmp_path, change, complaint):
    with pytest.raises(InputError, match=complaint):
        TABLE.write(change(ROWS), tmp_path / "rows.csv")
    change(ROWS).to_csv(tmp_path / "rows.csv", index=False)
    with pytest.raises(InputError, match=f"rows.csv: .*{complaint}.*; delete the file"):
        TABLE.read(tmp_path / "rows.csv")


def test_an_empty_file_is_no_table(tmp_path):
    (tmp_path / "rows.csv").touch()
    with pytest.raises(InputError, match=r"'rows' cannot be read .*; delete the file"):
        TABLE.read(tmp_path / "rows.csv")


@pytest.mark.parametrize(
    ("name", "described"),
    [
        ("paired", PAIRED_COLUMNS),
        ("bands", BAND_COLUMNS),
        ("regret", REGRET_COLUMNS),
        ("choices", CHOICE_COLUMNS),
        ("verdicts", VERDICT_COLUMNS),
        ("answers", ANSWER_COLUMNS),
        ("shortcuts", PRICE_COLUMNS),
        ("validation", VALIDATION_COLUMNS),
        ("learning_curve", LEARNING_COLUMNS),
        ("net_benefit", BENEFIT_COLUMNS),
        ("transport", TRANSPORT_COLUMNS),
        ("transport_strata", STRATA_COLUMNS),
        ("subgroups", SUBGROUP_COLUMNS),
        ("imputations", IMPUTATION_COLUMNS),
    ],
)
def test_the_columns_described_are_those_of_the_contract(name, described):
    assert list(SUMMARIES[name].columns) == list(described)
