"""Every name in the catalogue, and names brought by import path, from result rows to the page."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from legible import illegible
from run_names import names_of

from synthsize.catalogue import controls, figures, metrics
from synthsize.catalogue.names import Names
from synthsize.contracts import results
from synthsize.contracts.summaries import SUMMARIES
from synthsize.recipes import PLAIN
from synthsize.report.figures.drawing import Drawing
from synthsize.report.figures.save import save_figure
from synthsize.report.page.figures import page_figures
from synthsize.report.page.headline import headline
from synthsize.report.page.reading import how_to_read
from synthsize.report.page.sections import standard_sections
from synthsize.report.page.table_files import write_tables
from synthsize.report.page.writing import write_report
from synthsize.report.tables.inputs import result_tables
from synthsize.report.tables.summary import summary_table
from synthsize.statistics.answers import answers
from synthsize.statistics.bands import bands
from synthsize.statistics.choices import choice_distribution
from synthsize.statistics.comparisons import paired_differences
from synthsize.statistics.control_summary import summarise_controls
from synthsize.statistics.joint_choice import choose_recipes, compare_recipes, recommend
from synthsize.statistics.learner_answers import raw_against_oversampled
from synthsize.statistics.learner_comparison import compare_learners
from synthsize.statistics.learner_effort import learner_effort
from synthsize.statistics.learner_levels import learner_levels
from synthsize.statistics.recipe_panels import candidates
from synthsize.statistics.regret import vtss_regret
from synthsize.statistics.summary import curves, vtss_summary
from synthsize.statistics.validation_summary import validation_curves
from synthsize.statistics.verdicts import verdicts

pytestmark = pytest.mark.xdist_group("catalogue")  # its tables are made once

TASKS = {"sepsis": "Sepsis"}
GRID = (0.0, 0.5, 1.0)
TREES = {"name": "trees", "class": "sklearn.ensemble.ExtraTreesClassifier", "label": "Extra trees"}
MARGIN = {
    "name": "ridge",
    "class": "sklearn.linear_model.RidgeClassifier",
    "loss": "hinge loss",
    "score": "margin",
    "estimates_risk": False,
}
BROUGHT = [
    {"name": "svm_smote", "class": "imblearn.over_sampling.SVMSMOTE", "label": "SVM-SMOTE"},
    {"name": "kmeans_smote", "class": "imblearn.over_sampling.KMeansSMOTE"},
]


STRATEGIES = {"smote_mixed": {"name": "mixed", "params": {}, "of": "smote"}}


@dataclass(frozen=True)
class Rows:
    """Result rows of every learner, generator and control."""

    names: Names

    def values(self, rng, learner):
        """Metrics of one fit; none that the learner cannot have."""
        entry = self.names.learners[learner]
        level = 0.4 + 0.02 * rng.normal()
        found = dict.fromkeys(metrics.of_kind("decision", "ranking"), 0.7 + 0.02 * rng.normal())
        found |= dict.fromkeys(metrics.of_kind("estimate"), level if entry.estimates_risk else np.nan)
        return found | {"balanced_risk": level, "excess_risk": level - 0.3 if entry.oracle else np.nan}

    def tables(self):
        rng = np.random.default_rng(4)
        sweep, vtss, control_rows = [], [], []
        for learner in self.names.learners:
            for split in range(3):
                base = {"task": "sepsis", "classifier": learner, "split": split}
                sizes = {"n_train": 800, "n_test": 200, "oracle_risk": 0.3}
                for generator in self.names.generators:
                    cell = base | {
                        "generator": generator,
                        "strategy": self.names.generators[generator].strategy,
                    }
                    fits = [self.values(rng, learner) for _ in GRID]
                    counts = [{"n_requested": 600 * m, "n_synthetic": 600 * m, "gap": 600} for m in GRID]
                    sweep += [
                        cell | sizes | count | fit | {"multiplier": m}
                        for m, fit, count in zip(GRID, fits, counts, strict=True)
                    ]
                    chosen = {"criterion": "balanced_loss", "multiplier": 0.5, "multiplier_1se": 0.5}
                    seen = {"multipliers": list(GRID), "validation_mean": [0.5, 0.4, 0.45]}
                    seen |= {"validation_se": [0.01] * 3, "edge": "none", "n_synthetic": 300}
                    vtss.append(cell | chosen | fits[1] | seen)
                for control in controls.entries():
                    control_rows += [
                        base | sizes | self.values(rng, learner) | {"control": control, "multiplier": m}
                        for m in (GRID if control in ("weights", "random_oversample") else (np.nan,))
                    ]
        contracts = (results.SWEEP, results.VTSS, results.CONTROLS)
        return [
            pd.DataFrame(rows, columns=list(contract.columns))
            for rows, contract in zip((sweep, vtss, control_rows), contracts, strict=True)
        ]


def validated_rows(control_rows):
    """Validation losses of the controls that are recipes, as low as their risks."""
    plain = control_rows[control_rows["control"].isin(PLAIN)].fillna({"multiplier": 0.0})
    plain = plain.assign(validation_mean=plain["balanced_risk"], validation_se=0.01)
    return plain[list(results.VALIDATED.columns)]


@pytest.fixture(scope="module")
def names():
    return names_of(
        TASKS, brought_learners=[TREES, MARGIN], brought_generators=BROUGHT, strategies=STRATEGIES
    )


@pytest.fixture(scope="module")
def tables(names, tmp_path_factory):
    """Every summary table, written and read through its contract."""
    sweep, vtss, control_rows = Rows(names).tables()
    made = {
        "curves": curves(sweep),
        "vtss": vtss_summary(sweep, vtss),
        "controls": summarise_controls(control_rows),
        "validation": validation_curves(sweep, vtss),
        "paired": paired_differences(sweep, vtss, control_rows),
        "bands": bands(sweep, vtss, control_rows),
        "regret": vtss_regret(sweep, vtss),
        "choices": choice_distribution(sweep, vtss),
        "verdicts": verdicts(sweep, vtss, control_rows),
    }
    recipes = candidates(sweep, vtss, control_rows, validated_rows(control_rows))
    rivals = {learner: list(names.generators) for learner in names.learners}
    made["recommendations"], made["recipes"] = recommend(recipes, rivals), compare_recipes(recipes, rivals)
    levels = learner_levels(sweep, vtss, control_rows, choose_recipes(recipes, rivals))
    scores = {name: entry.score for name, entry in names.learners.items()}
    linear = [name for name in scores if names.is_linear(name)]
    made["learner_differences"] = compare_learners(levels, scores)
    made["learner_answers"] = raw_against_oversampled(levels, scores, linear, list(names.generators))
    validation = {
        name: {key: {"folds": 5, "repeats": 2} for key in [*rivals[name], "controls"]} for name in rivals
    }
    made["learner_effort"] = learner_effort(sweep, control_rows, validation)
    made["answers"] = answers(made["verdicts"], vtss)
    made["summary"] = summary_table(made["vtss"], names=names)
    folder = tmp_path_factory.mktemp("tables")
    for name, table in made.items():
        SUMMARIES[name].write(table, folder / f"{name}.csv")
    return {name: SUMMARIES[name].read(folder / f"{name}.csv") for name in made}


def drawings(names, tables):
    """Every figure whose tables are there."""
    return {
        file: Drawing(entry, names, classifier, tables, {"interval": "nadeau_bengio", "suppress_below": 10})
        for file, (entry, classifier) in figures.run_figures(
            figures.entries(), names, list(names.learners)
        ).items()
        if set(entry.tables) <= set(tables)
    }


def test_every_learner_has_figures_of_the_risk_that_it_has(names, tables):
    files = set(drawings(names, tables))
    for learner, entry in names.learners.items():
        assert (f"excess_risk_{learner}" in files) == entry.oracle
        assert (f"balanced_risk_{learner}" in files) == (not entry.oracle)
        assert (f"pareto_{learner}" in files) == entry.estimates_risk
        assert f"paired_differences_{learner}" in files


@pytest.mark.parametrize("learner", ["logistic", "trees", "ridge"])
def test_every_figure_and_table_reaches_the_page(names, tables, learner, tmp_path):
    """One page per kind of learner, each with every generator."""
    chosen = Names(names.tasks, {learner: names.learners[learner]}, names.generators, names.controls)
    shown = {name: _of(table, learner, names.learner(learner)) for name, table in tables.items()}
    drawn = {tmp_path / f"{file}.png": drawing for file, drawing in drawings(chosen, shown).items()}
    for path, drawing in drawn.items():
        figure = drawing.draw()
        save_figure(figure, [path])
        assert illegible(figure) == [], path.name
        path.with_suffix(".txt").write_text(drawing.caption({}), encoding="utf-8")
    page_tables = result_tables(shown, names=chosen, interval="nadeau_bengio") | {"summary": shown["summary"]}
    lines = headline(shown["answers"], shown["verdicts"], names=chosen, simulated=True, left_out={})
    settings = {"names": chosen, "interval": "nadeau_bengio", "suppress_below": 10}
    write_report(
        tmp_path / "report.html",
        title="Everything",
        run={},
        tables=page_tables,
        figures=page_figures(drawn),
        reading=how_to_read(CONFIG, chosen),
        headline=lines,
        **settings,
    )
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    for label in [*names.generator_labels.values(), *names.control_labels.values()]:
        assert label in html
    assert ("xcess risk" in html) == names.has_oracle(learner)
    first = html.partition('id="table-')[2].partition('"')[0]
    assert first == "in_short"
    write_tables(
        tmp_path / "formatted",
        standard_sections(
            {}, page_tables, [], chosen, **{key: value for key, value in settings.items() if key != "names"}
        ),
    )
    assert (tmp_path / "formatted" / f"summary_{learner}.tex").exists()


def _of(table, learner, label):
    return table[table["classifier"].isin([learner, label])].reset_index(drop=True)


CONFIG = {
    "experiment": {"splits": 3},
    "protocol": {"majority_weight": 0.5, "oracle": "weighted", "group_by": "patient", "imputation": "train"},
}
