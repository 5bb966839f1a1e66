import io

import numpy as np
import pandas as pd
import pytest

from synthsize.report.content import Cell, Column, Section, Table, estimate, make_table
from synthsize.report.page.table_files import LONG, plain_values, to_latex, to_markdown, write_tables


@pytest.fixture
def table():
    frame = pd.DataFrame(
        {
            "task": ["A & B_c | 50%", "10³/µL \N{EN DASH} °C"],
            "risk": [-0.123456, np.nan],
            "risk_low": [-0.2, np.nan],
            "risk_high": [0.1, np.nan],
            "rows": [4711.0, np.nan],
        }
    )
    columns = {
        "task": Column("Task"),
        "risk": estimate("Excess risk (nats)", "risk", "{:.2f}", "95% Nadeau-Bengio interval"),
        "rows": Column("Rows\u00a0read", "{:,.0f}"),
    }
    return make_table(frame, name="risks", title="Risks #1", text="Below zero is 100% fine.", columns=columns)


def body(latex):
    return [line for line in latex.splitlines() if line.endswith(r"\\")]


def test_csv_has_one_value_per_cell_under_full_names(table, tmp_path):
    write_tables(tmp_path, [Section("a", "A", tables=[table])])
    text = (tmp_path / "risks.csv").read_text(encoding="utf-8")
    read = pd.read_csv(io.StringIO(text))
    assert list(read) == [
        "Task",
        "Excess risk (nats), mean",
        "Excess risk (nats), 95% Nadeau-Bengio interval, low",
        "Excess risk (nats), 95% Nadeau-Bengio interval, high",
        "Rows read",
    ]
    assert read.iloc[0].tolist() == ["A & B_c | 50%", -0.123456, -0.2, 0.1, 4711]
    assert read.iloc[1, 1:].isna().all()
    assert text.splitlines()[1].endswith(",4711")


def test_hidden_values_keep_their_text_in_the_csv():
    table = Table("t", "T", "", ["n"], [[Cell("<10", None)], [Cell("12", 12)]], [True], [("n",)])
    assert plain_values(table)["n"].tolist() == ["<10", 12]


def test_markdown_shows_what_the_page_shows(table):
    lines = to_markdown(table).splitlines()
    assert lines[0] == "# Risks #1"
    assert "manifest.json" in lines[-1]
    rows = [line for line in lines if line.startswith("|")]
    assert [cell.strip() for cell in rows[2].replace(r"\|", "!").split("|")[1:-1]] == [
        "A & B_c ! 50%",
        "-0.12 (-0.20 to 0.10)",
        "4,711",
    ]
    assert rows[1].count("-:|") == 2  # numbers to the right


def test_markdown_reads_no_cell_as_a_tag():
    table = Table("t", "T", "", ["n"], [[Cell("<10", None)], [Cell("<b>a", "<b>a")]], [False], [("n",)])
    assert "| <10   |" in to_markdown(table)
    assert r"| \<b>a |" in to_markdown(table)


def test_latex_is_escaped_and_set_for_booktabs(table):
    latex = to_latex(table)
    assert latex.isascii()
    assert "manifest.json" in latex.splitlines()[0]
    for part in (
        r"\toprule",
        r"\begin{tabular}{lrr}",
        r"\label{tab:risks}",
        r"\caption[Risks \#1]{Risks \#1. Below",
    ):
        assert part in latex
    assert r"\shortstack[r]{Excess risk (nats) (95\% \\ Nadeau-Bengio interval)}" in latex
    first, second = body(latex)[-2:]
    assert first == r"A \& B\_c | 50\% & $-$0.12 ($-$0.20 to 0.10) & 4,711 \\"
    assert second.startswith(
        r"10{\textthreesuperior}/{\textmu}L {\textendash} {\textdegree}C & {\textendash}"
    )


def test_long_tables_go_over_pages(table):
    longer = Table(**{**vars(table), "rows": table.rows * LONG})
    assert r"\begin{longtable}" in to_latex(longer)
    assert "\n{\\footnotesize\n\\begin{longtable}" in to_latex(longer)
    assert to_latex(longer).endswith("\\end{longtable}\n}\n")
    assert r"\centering\footnotesize" in to_latex(table)
    assert r"\begin{table}" in to_latex(table)


def test_a_table_without_rows_says_so():
    frame = pd.DataFrame(columns=["event", "splits"])
    table = make_table(frame, name="t", title="T", text="", columns={}, empty="None arose.")
    assert "None arose." in to_markdown(table)
    assert body(to_latex(table))[-1] == r"None arose. &  \\"
    assert plain_values(table).empty


def test_names_are_unique(table, tmp_path):
    with pytest.raises(ValueError, match="two tables have one name among risks, risks"):
        write_tables(tmp_path, [Section("a", "A", tables=[table, table])])
