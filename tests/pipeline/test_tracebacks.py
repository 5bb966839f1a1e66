"""Tracebacks in logs show frames and types; what may quote a patient's row is left out."""

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from synthsize.pipeline.job import rule_log
from synthsize.pipeline.tracebacks import describe, filtered_traceback

SECRET = "PNEUMONIA 10006"


def by_duckdb():
    duckdb.sql(f"SELECT CAST('{SECRET}' AS DATE)").fetchall()


def by_pandas():
    pd.to_numeric(pd.Series([SECRET]))


def by_a_missing_key():
    _ = pd.Series([1])[SECRET]


def by_pyarrow():
    pa.array([SECRET]).cast(pa.int64())


def behind_another():
    try:
        by_pandas()
    except ValueError as error:
        raise RuntimeError("features cannot be built") from error


def while_another_is_handled():
    try:
        by_pyarrow()
    except pa.ArrowInvalid:
        by_duckdb()


def without_context():
    try:
        by_pandas()
    except ValueError:
        raise RuntimeError("short") from None


@pytest.mark.parametrize(
    "fail",
    [by_duckdb, by_pandas, by_a_missing_key, by_pyarrow, behind_another, while_another_is_handled],
)
def test_neither_log_nor_terminal_quotes_a_row(fail, tmp_path):
    with pytest.raises(SystemExit) as caught, rule_log(tmp_path / "job.log"):
        fail()
    log = (tmp_path / "job.log").read_text()
    assert SECRET not in log + str(caught.value.code)
    assert "Traceback (most recent call last)" in log
    assert fail.__name__ in log
    assert "message is left out because it may quote patients' rows" in log


def test_chained_errors_come_in_the_order_of_their_occurrence():
    with pytest.raises(RuntimeError) as caught:
        behind_another()
    shown = filtered_traceback(caught.value)
    assert shown.index("ValueError (its message") < shown.index("That error was the direct cause")
    assert shown.endswith("RuntimeError: features cannot be built\n")


def test_other_errors_keep_their_message():
    with pytest.raises(KeyError) as caught:
        _ = {}["absent"]
    assert describe(caught.value) == "KeyError: 'absent'"
    assert "KeyError: 'absent'" in filtered_traceback(caught.value)


def test_a_suppressed_context_stays_away():
    with pytest.raises(RuntimeError) as caught:
        without_context()
    assert "ValueError" not in filtered_traceback(caught.value)
