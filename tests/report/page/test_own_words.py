"""In a run on tables of the user's own nothing speaks of patients or admissions: nobody knows what the rows are."""

from dataclasses import replace

import made_up_places
import pandas as pd
import pytest
from recipe_pairs import BEATEN
from run_names import names_of
from test_report_headline import judged

from synthsize.report.page.headline import headline
from synthsize.report.page.reading import how_to_read
from synthsize.report.page.sections import standard_sections
from synthsize.report.tables.verdicts import answers_table, verdicts_table
from synthsize.statistics.learning_curve import LEARNING_COLUMNS

NAMES = replace(names_of({"mortality": "Fraud"}), people="observations")


def words_of(sections):
    for section in sections:
        yield from (section.title, *section.paragraphs, *section.facts.values())
        for table in section.tables:
            yield from (table.title, table.text, *table.headers)
            yield from (name for names in table.names for name in names)
            yield from (cell.text for row in table.rows for cell in row)


@pytest.mark.parametrize("rival_open", [False, True])
def test_no_text_mentions_patients(rival_open):
    shown = {("smote", "prior_shift"): "undecided"} if rival_open else {}
    answers, verdicts = judged(
        ("mortality", "logistic", BEATEN | shown | {("jitter", "prior_shift"): "same fit"})
    )
    protocol = {"majority_weight": 0.5, "oracle": "weighted", "group_by": "admission", "imputation": "train"}
    lines = headline(answers, verdicts, names=NAMES, simulated=False, left_out={})
    sections = standard_sections(
        {},
        {
            "answers": answers_table(answers, names=NAMES),
            "verdicts": verdicts_table(verdicts, names=NAMES),
            "transport": made_up_places.transport(strata=("a", "b", "c")),
            "transport_strata": made_up_places.strata(tested=("a", "b", "c"), refused=(), whole=True),
            "subgroups": made_up_places.subgroups({("stratum", "a"): (500, 60), ("stratum", "b"): (400, 50)}),
            "learning_curve": pd.DataFrame(columns=list(LEARNING_COLUMNS)),
        },
        [],
        NAMES,
        interval="nadeau_bengio",
        suppress_below=10,
        reading=how_to_read({"experiment": {"splits": 10}, "protocol": protocol}, NAMES),
        headline=lines,
    )
    said = "\n".join(words_of(sections))
    assert "of 1,000 observations" in said
    assert "new observations" in said
    assert not [
        line for line in said.splitlines() if "patient" in line.lower() or "admission" in line.lower()
    ]
    # Where there is no coverage, strata have their sizes here.
    sizes = next(table for section in sections for table in section.tables if table.name == "subgroup_sizes")
    assert [[cell.text for cell in row][-2:] for row in sizes.rows] == [["500", "60"], ["400", "50"]]
