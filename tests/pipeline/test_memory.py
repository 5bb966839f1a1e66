"""What jobs that fit ask for."""

import numpy as np
import pandas as pd

from synthsize.pipeline.memory import LEAST_MB, job_megabytes


def test_a_job_asks_for_what_its_rows_take_and_never_for_less_than_is_usual(tmp_path):
    table = str(tmp_path / "task.parquet")
    pd.DataFrame(np.zeros((1000, 4))).to_parquet(table)
    assert job_megabytes(table, (0.0, 2.0)) == LEAST_MB
    pd.DataFrame({f"x{i}": np.zeros(100_000) for i in range(500)}).to_parquet(table)
    # Three copies of up to 300,000 rows of 500 numbers of 8 bytes.
    assert job_megabytes(table, (0.0, 2.0)) == 300 + 3 * 1200
    # As many indicators of missing values again.
    assert job_megabytes(table, (0.0, 2.0), missing_indicators=True) == 300 + 3 * 2400
    assert job_megabytes(str(tmp_path / "not_made_yet.parquet"), (0.0, 2.0)) == LEAST_MB
