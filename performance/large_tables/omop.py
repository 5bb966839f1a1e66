"""The measurements of OMOP, of which a quarter name no visit."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from large_tables.shape import Columns, Shape, Small, repeated, seconds, tenths

UNNAMED_SHARE = 0.26  # of rows without a visit's id
MEASUREMENTS_PER_PERSON = 200
# Concept and unit of the measurements that count.
OMOP_CONCEPTS = np.array(
    [(3027018, 8483), (3024171, 8541), (3004249, 8876), (3016723, 8840), (3000905, 8848)]
)


def measurement_rows(first: int, rows: int, generator: np.random.Generator) -> Columns:
    """Rows of measurement, person after person, on the eight days of one stay each."""
    row = np.arange(first, first + rows)
    person = row // MEASUREMENTS_PER_PERSON
    minutes = (row % MEASUREMENTS_PER_PERSON * 55).astype("timedelta64[m]")
    moment = np.datetime64("2020-01-01T00:00:00") + minutes
    listed = generator.integers(0, 10 * len(OMOP_CONCEPTS), rows)
    is_listed = listed < len(OMOP_CONCEPTS)
    concept, unit = OMOP_CONCEPTS[np.where(is_listed, listed, 0)].T
    return {
        "measurement_id": row,
        "person_id": -1 - person,
        "measurement_concept_id": np.where(is_listed, concept, 4_000_000 + listed),
        "measurement_date": pa.array(moment.astype("datetime64[D]")),
        "measurement_datetime": seconds(moment),
        "measurement_type_concept_id": repeated(32817, rows),
        "operator_concept_id": pa.nulls(rows, pa.string()),
        "value_as_number": tenths(generator, 60, 15, rows) / 10,
        "unit_concept_id": np.where(is_listed, unit, 0),
        "visit_occurrence_id": pa.array(1 + person, mask=generator.random(rows) < UNNAMED_SHARE),
        "measurement_source_value": repeated("as charted", rows),
    }


def small_tables(rows: int) -> Small:
    persons = np.arange(-(-rows // MEASUREMENTS_PER_PERSON))
    n = len(persons)
    ids = {"person_id": -1 - persons, "visit_occurrence_id": 1 + persons}
    return {
        "person.csv.gz": {
            "person_id": -1 - persons,
            "gender_concept_id": np.where(persons % 2, 8507, 8532),
            "year_of_birth": repeated(1960, n),
        },
        "visit_occurrence.csv.gz": {
            **ids,
            "visit_concept_id": repeated(9201, n),
            "visit_start_date": repeated("2020-01-01", n),
            "visit_start_datetime": repeated("2020-01-01 00:00:00", n),
            "visit_end_date": repeated("2020-01-09", n),
            "visit_end_datetime": repeated("2020-01-09 00:00:00", n),
            "discharged_to_concept_id": np.where(persons % 9, 581476, 4216643),
        },
        "death.csv.gz": {
            "person_id": -1 - persons[::9],
            "death_date": repeated("2020-01-09", len(persons[::9])),
        },
        "condition_occurrence.csv.gz": {
            **ids,
            "condition_source_value": repeated("R6520", n),
            "condition_source_concept_id": repeated(0, n),
        },
    }


SHAPE = Shape("measurement", "measurement.csv.gz", measurement_rows, small_tables)
