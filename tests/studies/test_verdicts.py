"""What two means with Monte Carlo errors say about the statement that one lies below the other."""

import pandas as pd
import pytest

from synthsize.studies.engine.verdicts import ordered


@pytest.mark.parametrize(
    ("less", "more", "kind"),
    [(0.5, 1.0, "supports"), (1.0, 0.5, "contradicts"), (0.5, 0.6, "undecided"), (0.6, 0.5, "undecided")],
)
def test_a_difference_within_three_errors_decides_nothing(less, more, kind):
    cells = [pd.Series({"mean": mean, "se": 0.1 / 2**0.5}) for mean in (less, more)]
    found = ordered(*cells, "The numbers.")
    assert found.kind == kind
    assert found.sentence.startswith("The numbers.")
    assert ("more replicates" in found.sentence) == (kind == "undecided")
