"""The events of MEDS with the codes of MIMIC-IV's conversion, in Parquet files of one chunk each."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from large_tables.shape import Columns, Shape, Small, repeated, tenths

EVENTS_PER_SUBJECT = 9000
UNNAMED_SHARE = 0.26  # of events without an admission's id
CODES = pa.array(
    [
        "LAB//220045//bpm",
        "LAB//220210//insp/min",
        "LAB//223761//°F",
        "LAB//220050//mmHg",
        "LAB//220179//mmHg",
        *(f"LAB//{item}//UNK" for item in range(224_000, 226_000)),
    ]
)
LISTED = 5  # of them are of a concept
LISTED_SHARE = 0.1
STAY = np.timedelta64(8, "D")


def admitted(subject: np.ndarray) -> np.ndarray:
    return np.datetime64("2150-01-01T00:00:00") + (subject % 1000).astype("timedelta64[D]")


def event_columns(subject: np.ndarray, moment: np.ndarray, code: pa.Array, **own: pa.Array) -> Columns:
    """Return the columns of a MEDS file that the source reads."""
    rows = len(subject)
    columns = {
        "subject_id": pa.array(subject, pa.int64()),
        "time": pa.array(moment.astype("datetime64[us]")),
        "code": code,
        "numeric_value": pa.nulls(rows, pa.float32()),
        "hadm_id": pa.array(100_000 + subject, pa.int64()),
    }
    return columns | own


def event_rows(first: int, rows: int, generator: np.random.Generator) -> Columns:
    """Events of laboratory and charts, subject after subject, over one stay each."""
    row = np.arange(first, first + rows)
    subject = row // EVENTS_PER_SUBJECT
    minutes = (row % EVENTS_PER_SUBJECT * 11_000 // EVENTS_PER_SUBJECT).astype("timedelta64[m]")
    is_listed = generator.random(rows) < LISTED_SHARE
    code = np.where(
        is_listed, generator.integers(0, LISTED, rows), generator.integers(LISTED, len(CODES), rows)
    )
    return event_columns(
        subject,
        admitted(subject) + minutes,
        CODES.take(pa.array(code)),
        numeric_value=pa.array(tenths(generator, 60, 15, rows) / 10, pa.float32()),
        hadm_id=pa.array(100_000 + subject, pa.int64(), mask=generator.random(rows) < UNNAMED_SHARE),
    )


def small_tables(rows: int) -> Small:
    """Births, sexes and the two ends of each stay, in a file of their own."""
    subject = np.arange(-(-rows // EVENTS_PER_SUBJECT))
    n = len(subject)
    begins = admitted(subject)
    ends = [repeated("HOSPITAL_DISCHARGE//DIED", n), repeated("HOSPITAL_DISCHARGE//HOME", n)]
    is_death = pa.array(subject % 9 == 0)
    parts = [
        (begins - np.timedelta64(60 * 366, "D"), repeated("MEDS_BIRTH", n)),
        (begins - np.timedelta64(60 * 366, "D"), repeated("GENDER//F", n)),
        (begins, repeated("HOSPITAL_ADMISSION//EMERGENCY", n)),
        (begins, repeated("ICU_ADMISSION//Medical Intensive Care Unit (MICU)", n)),
        (begins + STAY, pc.if_else(is_death, *ends)),
    ]
    codes = pa.concat_arrays([code for _, code in parts])
    stays = event_columns(
        np.tile(subject, len(parts)), np.concatenate([moment for moment, _ in parts]), codes
    )
    return {"data/stays/0.parquet": stays, "metadata/codes.parquet": {"code": codes.unique()}}


SHAPE = Shape("events", "data/events", event_rows, small_tables)
