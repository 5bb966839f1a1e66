"""The section about how near synthetic rows are to real ones."""

import numpy as np
import pandas as pd
from run_names import names_of

from synthsize.contracts.fidelity import MEASURES
from synthsize.report.page.fidelity_section import fidelity_section

NAMES = names_of({"mortality": "In-hospital death"})


def fidelity(**columns):
    table = pd.DataFrame({"task": "mortality", "generator": ["smote", "bootstrap", "test_rows"]})
    table["n_splits"] = 5
    table = table.assign(**dict.fromkeys(MEASURES, 0.25), worst_feature="lactate_mean")
    return table.assign(collapsed_splits=[0, 5, 1], exploded_splits=[0, 0, 0], **columns)


def test_nothing_is_shown_of_what_was_not_asked_for():
    assert not fidelity_section(None, NAMES).tables
    assert not fidelity_section(fidelity().iloc[:0], NAMES).tables


def test_test_rows_come_first_and_what_collapsed_is_named():
    section = fidelity_section(fidelity(), NAMES)
    margins, distances = ([[cell.text for cell in row] for row in table.rows] for table in section.tables)
    labels = ["Real test rows", "SMOTE", NAMES.generator("bootstrap")]
    assert [row[1] for row in margins] == [row[1] for row in distances] == labels
    assert margins[1][2:] == ["0.25", "0.25", "0.25 (Lactate, mean)", "0.25", "0.25"]
    assert distances[1][2:] == ["0.25", "25.0%", "25.0%", "25.0%", ""]
    assert [row[-1] for row in distances] == ["", "", "collapsed in 5 of 5"]
    (said,) = section.paragraphs
    assert said == f"In some splits {NAMES.generator('bootstrap')} made little but copies."


def test_what_is_not_defined_has_no_number():
    table = fidelity(distance_ratio=np.nan, worst_feature="")
    for shown in fidelity_section(table, NAMES).tables:
        assert "nan" not in str([[cell.text for cell in row] for row in shown.rows])
