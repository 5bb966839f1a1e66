import pytest

from synthsize.contracts.analysis import ANALYSIS
from synthsize.errors import InputError
from synthsize.tasks import build_task, summarise_bins

WINDOW = {"window_hours": 120.0, "bin_hours": {"vital": 6.0, "lab": 24.0}}


@pytest.fixture
def features(bins, admissions):
    return summarise_bins(bins, admissions, summaries=["mean"], **WINDOW)


@pytest.fixture
def build(features, admissions, diagnoses):
    def call(**changes):
        settings = {"name": "t", "outcome": None, "icd9": [], "icd10": [], "fewest": 1}
        return build_task(features, admissions, diagnoses, **(settings | changes))

    return call


def positives(table):
    return table.loc[table["label"], "admission_id"].tolist()


def test_outcome_column(build, features, tmp_path):
    table = build(outcome="died_in_hospital")
    assert positives(table) == [11, 20]
    assert list(table)[:4] == list(ANALYSIS.columns)
    assert table.drop(columns="label").equals(features)
    ANALYSIS.write(table, tmp_path / "task.parquet")


@pytest.mark.parametrize(
    ("icd9", "icd10", "expected"),
    [
        (["99592", "78552"], [], [10, 11]),
        (["995.92"], [], [10]),
        (["9959"], [], [20]),  # a shorter code is another code
        ([], ["r65.21"], [30]),
        (["R6521", "78552"], [], [11]),  # a code of the other version does not count
        (["99592"], ["R6521"], [10, 30]),
    ],
)
def test_codes(build, icd9, icd10, expected):
    assert positives(build(icd9=icd9, icd10=icd10)) == expected


def test_codes_in_the_data_are_normalised_too(features, admissions, diagnoses):
    dotted = diagnoses.assign(code=diagnoses["code"].replace({"R6521": "r65.21"}))
    settings = {"name": "t", "outcome": None, "icd9": [], "icd10": ["R6521"], "fewest": 1}
    assert positives(build_task(features, admissions, dotted, **settings)) == [30]


def test_too_few_patients_names_task_and_folds(build):
    words = r"tasks\.t: fewer than the 3 patients needed are positive; .* experiment\.vtss\.folds"
    with pytest.raises(InputError, match=words):
        build(outcome="died_in_hospital", fewest=3)


def test_patients_count_and_not_admissions(build):
    # Admissions 10 and 11 belong to one patient.
    with pytest.raises(InputError, match="fewer than the 2 patients needed are positive"):
        build(icd9=["99592", "78552"], fewest=2)


def test_no_positives(build):
    with pytest.raises(InputError, match="no patient is positive"):
        build(icd9=["00000"], fewest=0)


def test_no_negatives(features, admissions, diagnoses):
    dead = admissions.assign(died_in_hospital=True)
    settings = {"outcome": "died_in_hospital", "icd9": [], "icd10": [], "fewest": 1}
    with pytest.raises(InputError, match=r"tasks\.death: no patient is negative"):
        build_task(features, dead, diagnoses, name="death", **settings)


@pytest.mark.parametrize("outcome", ["died", "age_years"])
def test_unusable_outcome_column(build, outcome):
    with pytest.raises(InputError, match=r"tasks\.t\.outcome is .* choose one of died_in_hospital, last_adm"):
        build(outcome=outcome)


@pytest.mark.parametrize("definition", [{}, {"outcome": "died_in_hospital", "icd9": ["99592"]}])
def test_one_definition_per_task(build, definition):
    with pytest.raises(InputError, match=r"tasks\.t: give either an outcome or"):
        build(**definition)


def test_features_of_another_cohort(features, admissions, diagnoses):
    settings = {"outcome": "died_in_hospital", "icd9": [], "icd10": [], "fewest": 1}
    with pytest.raises(InputError, match="table 'features' holds admissions that table 'admissions' lacks"):
        build_task(features, admissions[1:], diagnoses, name="t", **settings)


def test_codes_of_a_source_that_has_none(features, admissions):
    codes = {"outcome": None, "icd9": ["99592"], "icd10": [], "fewest": 1}
    with pytest.raises(
        InputError, match=r"tasks\.sepsis goes by diagnosis codes, which the source does not have"
    ):
        build_task(features, admissions, None, name="sepsis", **codes)


def test_an_outcome_needs_no_codes(features, admissions):
    outcome = {"outcome": "died_in_hospital", "icd9": [], "icd10": [], "fewest": 1}
    assert positives(build_task(features, admissions, None, name="mortality", **outcome)) == [11, 20]
