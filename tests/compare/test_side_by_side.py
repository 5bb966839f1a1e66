"""The figure of runs side by side."""

from legible import illegible

from synthsize.compare import rows, side_by_side
from synthsize.compare.manifests import labelled_runs, read_manifests
from synthsize.compare.settings import differing_settings
from synthsize.compare.tables import read_tables
from synthsize.compare.words import advice
from synthsize.pipeline.compared import compared_names


def test_sizes_that_are_all_balance_keep_an_axis_that_can_be_read(finished_run):
    folders = [str(finished_run(name, counts=(0, 10, 0))) for name in ("a", "b")]
    runs = read_manifests(labelled_runs(folders))
    tables = {run.label: read_tables(run) for run in runs}
    figure = side_by_side.draw(
        {
            "cohorts": rows.cohort_rows(runs, tables),
            "recommended": rows.recommended_rows(tables),
            "gains": rows.gain_rows(tables),
            "sizes": rows.size_rows(tables),
            "differing_settings": differing_settings(runs, tables, {}),
        },
        runs=["a", "b"],
        names=compared_names(runs),
        classifier="logistic",
        below=10,
    )
    figure.draw_without_rendering()
    assert illegible(figure) == []
    (low, high), *_ = [
        panel.get_xlim() for panel in figure.axes if panel.get_title().startswith("Size chosen")
    ]
    assert low < 0.5 < 1.5 < high


def test_a_run_says_of_rows_what_its_own_headline_says_while_the_remedy_is_open(finished_run):
    runs = read_manifests(labelled_runs([str(finished_run("a", settled=False)), str(finished_run("b"))]))
    found = rows.recommended_rows({run.label: read_tables(run) for run in runs})
    told = [advice(row, compared_names(runs)) for row in found[found["task"] == "sepsis"].to_dict("records")]
    assert told == [
        "adding rows does not help (98% sure); which remedy is best is undecided, for now shift the prior of the plain "
        "fit",
        "adding rows does not help (97% sure); shift the prior of the plain fit",
    ]
