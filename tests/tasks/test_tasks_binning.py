import math
import re
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthsize.contracts.analysis import BINS
from synthsize.contracts.canonical import MEASUREMENTS
from synthsize.errors import InputError
from synthsize.tasks import bin_measurements

WINDOW = {"window_hours": 120.0, "bin_hours": {"vital": 6.0, "lab": 24.0}}
WIDTH = {"heart_rate": 6, "temperature": 6, "lactate": 24}


def bin_plainly(rows):
    """The same binning in plain Python, with exact summation."""
    groups = defaultdict(list)
    for admission, variable, hours, value in rows:
        index = 0
        while (index + 1) * WIDTH[variable] <= hours:
            index += 1
        groups[admission, variable, index].append(value)
    return {key: (math.fsum(values) / len(values), len(values)) for key, values in groups.items()}


hours = st.one_of(
    st.floats(-24, 120, exclude_max=True, allow_subnormal=False),
    st.integers(0, 19).map(lambda k: 6.0 * k),
    st.integers(1, 20).map(lambda k: math.nextafter(6.0 * k, 0)),
)
rows_of_measurements = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(sorted(WIDTH)), hours, st.floats(0.1, 400)), max_size=40
)


@settings(max_examples=60, deadline=None)
@given(rows_of_measurements)
def test_agrees_with_plain_python(rows):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "measurements.parquet"
        frame = pd.DataFrame(rows, columns=["admission_id", "variable", "hours", "value"]).astype(
            {"admission_id": "int64", "variable": object, "hours": "float64", "value": "float64"}
        )
        MEASUREMENTS.write(frame.assign(item="1"), path)
        found = bin_measurements(path, **WINDOW)
    expected = bin_plainly(rows)
    keys = list(zip(found["admission_id"], found["variable"], found["bin"], strict=True))
    assert keys == sorted(expected)
    np.testing.assert_allclose(found["value"], [expected[key][0] for key in keys], rtol=1e-14)
    assert found["measurements"].tolist() == [expected[key][1] for key in keys]


@pytest.mark.parametrize(
    ("variable", "hours", "expected"),
    [
        ("heart_rate", 0.0, 0),
        ("heart_rate", math.nextafter(6, 0), 0),
        ("heart_rate", 6.0, 1),
        ("heart_rate", math.nextafter(120, 0), 19),
        ("heart_rate", -3.0, 0),
        ("lactate", 23.99, 0),
        ("lactate", 24.0, 1),
        ("lactate", math.nextafter(120, 0), 4),
    ],
)
def test_a_bin_holds_its_left_edge_only(write_measurements, variable, hours, expected):
    found = bin_measurements(write_measurements([(1, variable, hours, 1.0)]), **WINDOW)
    assert found["bin"].tolist() == [expected]


def test_writes_as_the_contract_asks(write_measurements, tmp_path):
    found = bin_measurements(write_measurements([(1, "inr", 1.0, 2.0)]), **WINDOW)
    BINS.write(found, tmp_path / "bins.parquet")
    BINS.check_file(tmp_path / "bins.parquet")


def test_order_of_the_rows_does_not_change_a_bit(write_measurements):
    rng = np.random.default_rng(0)
    values = rng.lognormal(4, 1, 5_000)
    path = write_measurements(
        [
            (i // 50, "heart_rate", 6 * u, v)
            for i, (u, v) in enumerate(zip(rng.uniform(size=5_000), values, strict=True))
        ]
    )
    sorted_file = bin_measurements(path, **WINDOW)
    rows = pq.read_table(path)
    pq.write_table(rows.take(rng.permutation(rows.num_rows)), path)
    shuffled_file = bin_measurements(path, **WINDOW)
    pd.testing.assert_frame_equal(sorted_file, shuffled_file, check_exact=True)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((1, "heart_rate", 120.0, 80.0), "1 rows at or after cohort.window_hours 120"),
        (
            (1, "blood_pressure", 1.0, 80.0),
            "1 rows of a variable that is not in synthsize.contracts.variables",
        ),
        ((1, "heart_rate", 1.0, math.inf), "1 rows without a finite hour and value"),
        ((1, "heart_rate", 1.0, math.nan), "1 rows without a finite hour and value"),
    ],
)
def test_rejects_rows_it_would_have_to_drop(write_measurements, row, words):
    path = write_measurements([row, (1, "heart_rate", 2.0, 80.0)])
    with pytest.raises(InputError, match=f"{re.escape(str(path))}: {words}"):
        bin_measurements(path, **WINDOW)


@pytest.mark.parametrize("width", [7.0, 0.0, -6.0])
def test_rejects_widths_that_do_not_divide_the_window(write_measurements, width):
    path = write_measurements([(1, "heart_rate", 2.0, 80.0)])
    with pytest.raises(InputError, match=r"cohort\.bin_hours\.vital is .* choose a width"):
        bin_measurements(path, window_hours=120.0, bin_hours={"vital": width, "lab": 24.0})
