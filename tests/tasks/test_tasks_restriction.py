import pytest
from pandas.testing import assert_frame_equal

from synthsize.errors import InputError
from synthsize.tasks import build_task, summarise_bins
from synthsize.tasks.restriction import restrict_task

WINDOW = {"window_hours": 120.0, "bin_hours": {"vital": 6.0, "lab": 24.0}}


@pytest.fixture
def analysis(bins, diagnoses):
    """The whole way from the bins to the analysis table of a cohort."""

    def call(admissions):
        own = bins[bins["admission_id"].isin(admissions["admission_id"])].reset_index(drop=True)
        features = summarise_bins(own, admissions, summaries=["mean", "last"], **WINDOW)
        return build_task(
            features, admissions, diagnoses, name="t", outcome=None, icd9=["99592"], icd10=[], fewest=1
        )

    return call


@pytest.mark.parametrize("kept", [[10, 20], [10, 30], [10, 11, 20, 30]])
def test_restriction_equals_the_smaller_cohort_built_from_its_bins(analysis, admissions, kept):
    smaller = admissions[admissions["admission_id"].isin(kept)].reset_index(drop=True)
    assert_frame_equal(restrict_task(analysis(admissions), smaller), analysis(smaller))


def test_a_cohort_with_unknown_admissions_is_rejected(analysis, admissions):
    with pytest.raises(InputError, match="holds 2 admissions that the analysis table lacks"):
        restrict_task(analysis(admissions.iloc[:2]), admissions)
