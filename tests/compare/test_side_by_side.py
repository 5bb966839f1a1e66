"""The figure of runs side by side."""

from legible import illegible

from synthsize.compare import rows, side_by_side
from synthsize.compare.manifests import labelled_runs, read_manifests
from synthsize.compare.settings import differing_settings
from synthsize.compare.tables import read_tables
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
