"""What is said before a run of what it will fit."""

import gzip
import re
from types import SimpleNamespace

import pytest
from open_data import CHALLENGE_2012, EICU_DEMO, MIMIC3_DEMO, MIMIC4_DEMO, open_data

from synthsize.benchmark.growth import Cost
from synthsize.extract.definition.loading import load_source
from synthsize.extract.table_search import find_tables
from synthsize.pipeline.external import COMMAND, POOL, longest_seconds
from synthsize.pipeline.known_costs import KnownCosts
from synthsize.pipeline.plan import describe_plan, most_admissions, training_columns, training_rows
from synthsize.pipeline.planned_work import Planned, Work, learned_once, planned

OWN = {"class": None, "params": {}}
SAMPLERS = {
    "smote": OWN,
    "smote_mixed": OWN | {"strategy": {"name": "mixed", "params": {}, "of": "smote"}},
    "arf": OWN,
    "gan": {"class": COMMAND, "params": {}},
    "gan_mixed": {
        "class": COMMAND,
        "params": {},
        "strategy": {"name": "mixed", "params": {}, "of": "gan"},
    },
    "ready": {"class": POOL, "params": {}},
}


def job(name, splits, classifier="logistic", generator="smote", **params):
    """A job with settings; what is no setting of a block is a param of the rule."""
    of_rule = ("controls", "positives", "validated", "rivals", "generators", "imputations")
    given = {key: params.pop(key) for key in of_rule if key in params}
    wildcards = {"task": "sepsis", "classifier": classifier, "generator": generator}
    return SimpleNamespace(
        name=name,
        wildcards_dict=wildcards,
        params=SimpleNamespace(splits=list(range(splits)), settings=params, **given),
    )


def plan_of(jobs, rows=1000):
    return planned(jobs, rows, SAMPLERS)


def counted(jobs, rows=1000):
    """Fits of each classifier, whatever their rows."""
    return {name: sum(by_rows.values()) for name, by_rows in plan_of(jobs, rows).fits.items()}


def test_every_fit_of_blocks_and_controls_is_counted():
    grid = {"multipliers": (0.0, 0.5, 1.0)}
    controls = {**grid, "folds": 5, "repeats": 2}
    jobs = [
        job("run_block", 5, **controls),
        job("run_block", 5, "trees", multipliers=(0.0, 1.0), folds=3, repeats=1),
        job("run_controls", 5, controls=["none", "weights"], **controls),
        job("run_controls", 1, controls=["weights_vtss"], **controls),
        job("run_controls", 1, controls=[], validated=["none", "weights"], **controls),
        SimpleNamespace(name="write_report"),
    ]
    # 3 sizes on the training set and on each of 10 folds; 2 controls, one of them on 2 sizes more.
    # Weights of a chosen size: every size on each fold of each repeat; what else is validated likewise.
    tuned, validated = 1 + 3 * 10, (1 + 3) * 10
    assert counted(jobs) == {
        "logistic": 5 * 3 * 11 + 5 * (2 + 2) + tuned + validated,
        "trees": 5 * 2 * 4,
    }
    assert plan_of(jobs).jobs == 6


def test_fits_are_distinguished_by_their_rows_and_draws_by_those_they_are_drawn_from():
    settings = {"multipliers": (0.0, 1.0), "folds": 5, "repeats": 2}
    found = plan_of(
        [
            job("run_block", 3, **settings),
            job("run_controls", 1, controls=["none", "random_undersample", "random_oversample"], **settings),
        ]
    )
    # One row in ten is taken to be positive: m = 1 adds 800, and a majority of the minority's number leaves 200.
    assert found.fits == {"logistic": {1000: 3 + 2, 1800: 3 + 1, 800: 30, 1440: 30, 200: 1}}
    assert found.draws == {"smote": {1000: 3, 800: 30}}
    assert found.largest == {"logistic": (1000, 1800)}


def test_a_thinned_majority_makes_smaller_fits():
    """At m = 0 there are as many majority rows as minority rows; at m = 1 nothing is thinned."""
    mixed = {"name": "mixed", "params": {}, "of": "smote"}
    settings = {"multipliers": (0.0, 0.5, 1.0), "folds": 2, "repeats": 1, "strategy": mixed}
    found = plan_of([job("run_block", 1, generator="smote_mixed", **settings)])
    assert found.fits == {"logistic": {200: 1, 1000: 1, 1800: 1, 100: 2, 500: 2, 900: 2}}
    assert found.largest == {"logistic": (200, 1000, 1800)}
    assert found.draws == {"smote": {1000: 1, 500: 2}}


def test_parts_of_the_rows_have_fits_of_their_own_size():
    sizes = {"multipliers": (0.0, 1.0), "folds": 5, "repeats": 2}
    jobs = [
        job("run_curve_block", 2, positives=[25, 100, 400], **sizes),
        job("run_curve_controls", 2, positives=[25, 100], controls=["prior_shift", "weights_vtss"], **sizes),
        job("run_decisions", 4, rivals=["smote", "arf"], **sizes),
    ]
    # A training set of 2,000 rows is taken to hold 200 positives, so that nobody fits 400.
    block, controls, decisions = 2 * 2 * 11, 2 * (2 + 2 * 10), 4 * 3 * 6
    found = plan_of(jobs, 2000)
    assert counted(jobs, 2000) == {"logistic": 2 * block + 2 * controls + decisions}
    assert found.fits["logistic"][250] == 2 * (1 + 2)
    # What will be chosen is not known: half of the four splits, and of their five folds, for either.
    assert found.draws == {
        "smote": {250: 2, 200: 20, 1000: 2, 800: 20, 2000: 2, 1600: 10},
        "arf": {2000: 2, 1600: 10},
    }


def test_the_analyses_beside_the_benchmark_are_counted_too():
    settings = {"multipliers": (0.0, 0.5, 1.0), "folds": 5, "repeats": 2}
    jobs = [
        job("run_transport_block", 5, **settings),
        job("run_transport_controls", 1, controls=["none", "weights"], **settings),
        job("run_subgroups", 7, generators={}, **settings),
        job("run_subgroups", 2, generators={"smote": {}}, **settings),
        job("run_imputations", 4, imputations=5, **settings),
        job("measure_fidelity", 3, classifier=None),
        job("diagnose_regime", 1, classifier=None),
        SimpleNamespace(name="hold_out_strata"),
        SimpleNamespace(name="compare_transport"),
    ]
    # Of the two controls weights alone go along the grid, and nothing is tuned out of fold.
    assert counted(jobs) == {"logistic": 5 * 3 * 11 + (2 + 2) + 7 * 3 + 2 * 4 + 4 * 3 * 5}
    # Whole training sets: of transport, subgroups (with the chosen recipe in two splits), imputations and fidelity. A
    # diagnosis learns from two thirds of them, and from two thirds of 40 halves three times over.
    assert plan_of(jobs).draws == {"smote": {1000: 5 + 7 + 2 * 2 + 4 * 5 + 3, 800: 50, 667: 3, 333: 120}}


def test_what_keeps_its_rows_learns_once_from_each_training_set():
    """Classifiers and strategies share the rows of a slow generator and of a command; quick ones draw again."""
    settings = {"multipliers": (0.0, 1.0), "folds": 2}
    assert learned_once(SAMPLERS) == {"arf", "gan"}
    jobs = [
        job("run_block", 2, classifier, generator, repeats=repeats, **settings)
        for classifier, repeats in (("logistic", 3), ("trees", 1))
        for generator in SAMPLERS
    ]
    jobs += [job("measure_fidelity", 1, None, name) for name in ("arf", "gan")]
    jobs += [
        job("run_decisions", 2, "logistic", None, rivals=["arf", "gan"], repeats=3, **settings),
        job("run_curve_block", 2, "trees", "gan", repeats=1, positives=[50], **settings),
    ]
    assert plan_of(jobs).draws == {
        "smote": {1000: 2 * 2 * 2, 500: 2 * (2 * 2 * 3 + 2 * 2 * 1)},  # its mixed cells draw their own
        "arf": {1000: 2, 500: 2 * 2 * 3},
        "gan": {1000: 2, 500: 2 * 2 * 3 + 2, 250: 2 * 2},  # parts of the rows are training sets of their own
    }
    settings["repeats"] = 1
    blocks = [job("run_block", 2, name, "arf", **settings) for name in ("logistic", "trees")]
    for rows_kept, jobs_that_draw in ((True, 1), (False, 2)):  # as `output.kept_rows_gb: 0` says
        found = planned(blocks, 1000, SAMPLERS, rows_kept=rows_kept)
        assert found.draws == {"arf": {1000: 2 * jobs_that_draw, 500: 2 * 2 * jobs_that_draw}}


def linear(seconds, megabytes=0.0):
    return Cost(((1.0, seconds),), ((1.0, megabytes),), 10)


FOUND = Planned(
    {"logistic": {1000: 900, 2000: 50}, "trees": {1000: 40}, "odd": {1000: 7}},
    {"smote": {1000: 30}, "gan": {1000: 2}},
    [
        Work("logistic", {1000: 900, 2000: 50}, (), (1000, 2000)),
        Work("trees", {1000: 40}, (), (1000, 2000)),
    ],
    20,
)
FITTED = {"logistic": linear(1e-6), "trees": linear(0.2, megabytes=0.5), "odd": None}
DRAWN = {"smote": linear(1e-5)}


def test_the_plan_names_fits_rows_time_and_memory():
    said = describe_plan(FOUND, FITTED, DRAWN, cores=2, rows=3200, rows_are="simulated")
    lines = said.splitlines()
    assert lines[0].startswith("synthsize: the plan of this run")
    assert "training sets of about 3,200 rows (simulated)" in lines[0]
    numbers = {line.split()[0]: line.split()[1:] for line in lines if line.startswith("    ")}
    assert numbers["trees"] == ["40", "2.2", "h"]
    assert numbers["logistic"] == ["950", "1", "s"]
    assert numbers["odd"] == ["7", "unknown"]
    assert numbers["smote"] == ["30", "0", "s"]
    assert numbers["gan"] == ["2", "unknown"]
    assert "start-up of 20 jobs: 30 s" in said
    # The longest job is not shared between cores.
    assert "in all 2.2 h on one core, about 2.2 h on 2; the longest job 2.2 h (trees)" in said
    assert "without odd, gan, of unknown time" in said
    # 300 MB of imports, two paths of models, and three copies of 2,000 rows of ten numbers.
    assert "memory of a job up to about 3.3 GB (trees), 6.6 GB if 2 run at once" in said
    assert max(map(len, lines)) <= 120


def test_a_command_is_bounded_by_its_time():
    specs = {
        "gan": {"class": COMMAND, "params": {"timeout_minutes": 90}},
        "ready": {"class": POOL, "params": {}},
        "smote": OWN,
    }
    assert longest_seconds(specs, 2.0) == {"gan": 90 * 60}
    assert longest_seconds(specs, 2.5) == {"gan": 2 * 90 * 60}  # more rows than one run is asked for
    limits = longest_seconds(specs, 2.0)
    said = describe_plan(FOUND, FITTED, DRAWN, cores=2, rows=3200, rows_are="simulated", limits=limits)
    assert re.search(r"^    gan +2 +up to 3.0 h$", said, re.MULTILINE)
    assert "  gan: commands, not tried; at most 3.0 h by timeout_minutes\n" in said
    assert "without odd, gan, of unknown time" in said
    assert max(map(len, said.splitlines())) <= 120


@pytest.mark.parametrize("cores", [None, 1])
def test_the_plan_of_one_core_or_a_cluster_divides_nothing(cores):
    said = describe_plan(FOUND, FITTED, DRAWN, cores=cores, rows=10, rows_are="x")
    assert "at once" not in said
    assert "in all 2.2 h on one core; the longest job" in said


def test_a_run_that_only_draws_has_a_plan_too():
    found = plan_of([job("measure_fidelity", 3, classifier="", generator="arf")])
    assert found.fits == {}
    said = describe_plan(found, {}, {"arf": linear(0.02)}, cores=2, rows=1000, rows_are="simulated")
    assert "classifier" not in said
    assert "  generator     training sets\n    arf                     3         60 s\n" in said
    assert "in all 62 s on one core, about 62 s on 2; the longest job 62 s (arf)" in said
    assert "memory" not in said


@pytest.mark.parametrize(("indicators", "times"), [(False, 1), (True, 2)])
def test_indicators_of_missing_values_are_columns_of_a_fit(indicators, times, tmp_path):
    asked = {"summaries": ["mean", "last"], "missing_indicators": indicators}
    assert training_columns({"features": asked, "tasks": {"t": {"label": "T"}}}, 9) == 18 * times
    table = tmp_path / "own.csv"
    table.write_text("a,b,c,y\n1,2,3,0\n", encoding="utf-8")
    own = {"features": asked, "tasks": {"t": {"table": str(table), "label": "y"}}}
    assert training_columns(own, 9) == 4 * times


def test_a_cost_is_measured_once_and_again_when_what_decides_it_changes(tmp_path):
    file, code = tmp_path / "kept" / "costs.json", tmp_path / "smote.py"
    code.write_text("1", encoding="utf-8")
    measured = []

    def measure():
        measured.append(1)
        return linear(2.0, 3.0)

    def ask(params, measure=measure):
        known = KnownCosts(file)
        cost = known.cost("smote", measure, decided_by={"params": params}, code=[str(code)])
        known.keep()
        return cost

    assert ask({"k": 5}) == ask({"k": 5}) == linear(2.0, 3.0)
    assert len(measured) == 1
    ask({"k": 6})
    code.write_text("2", encoding="utf-8")
    ask({"k": 6})
    assert len(measured) == 3
    assert ask({"k": 7}, measure=lambda: None) is None
    assert ask({"k": 7}) is not None  # a failure is not kept
    file.write_text("no JSON", encoding="utf-8")
    assert ask({"k": 6}) == linear(2.0, 3.0)


def test_before_the_extract_is_read_a_source_says_how_large_it_is(tmp_path):
    config = {
        "experiment": {"test_size": 0.2},
        "source": {"name": "challenge2012"},
        "tasks": {"mortality": {}},
    }
    absent = [tmp_path / "mortality.parquet"]
    expected = load_source("challenge2012").expected_admissions
    assert training_rows(config, absent, expected) == (
        6400,
        "assumed from the published size: the extract has not been read yet",
    )
    assert training_rows(config, absent) == (40_000, "assumed: the extract has not been read yet")


def test_a_small_extract_bounds_what_its_source_is_expected_to_hold(tmp_path):
    """As the open demos do: their plan had the size of the full release."""
    source = load_source("mimic4")
    names = ("admissions", "patients", "icustays", "chartevents")
    files = {name: tmp_path / f"{name}.csv.gz" for name in names}
    for rows, file in zip((275, 100, 140, 5000), files.values(), strict=True):
        file.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * rows))
    raw = {name: (str(file),) for name, file in files.items()}
    assert most_admissions(source, raw) == 275
    config = {"experiment": {"test_size": 0.2}, "source": {"name": "mimic4"}, "tasks": {"mortality": {}}}
    expected = source.expected_admissions
    at_most = (220, "at most, by the rows of the extract's small tables")
    assert training_rows(config, [], expected, 275) == at_most
    assert training_rows(config, [], None, 275) == at_most
    assert training_rows(config, [], 250, 275)[0] == 200  # the source knows better
    with files["patients"].open("ab") as grown:  # a full release is not counted
        grown.truncate(2_000_000)
    assert most_admissions(source, raw) is None
    assert most_admissions(source, dict.fromkeys(names, ("mimic.db",))) is None  # nor a database


@pytest.mark.parametrize(
    ("name", "demo", "most"),
    [
        ("mimic3", MIMIC3_DEMO, 136),  # stays in intensive care, of 129 admissions
        ("mimic4", MIMIC4_DEMO, 275),
        ("eicu", EICU_DEMO, 2520),
        ("challenge2012", CHALLENGE_2012, 8000),
    ],
)
def test_the_open_demos_are_counted(name, demo, most):
    source = load_source(name)
    found = find_tables(source, open_data(demo))
    assert most_admissions(source, {table: files.parts for table, files in found.items()}) == most
