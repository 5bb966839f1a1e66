"""Measurements: the window, units, ranges, flags, and an account of every row."""

import gzip

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthsize.errors import InputError
from synthsize.extract.sessions.engine import Engine
from synthsize.extract.staged_rows import TINY_COHORT

ADMIT = pd.Timestamp("2150-03-10 08:00:00")


def at(hours: float) -> str:
    return str(ADMIT + pd.Timedelta(hours=hours))


@pytest.mark.parametrize(
    ("hours", "outcome"),
    [
        (0, "kept"),
        (-1 / 3600, "before_window"),
        (6, "kept"),  # edge of a bin
        (120 - 1 / 3600, "kept"),
        (120, "after_window"),
    ],
)
def test_window_is_closed_at_admission_and_open_at_its_end(hospital, extraction, hours, outcome):
    hospital.add("CHARTEVENTS", CHARTTIME=at(hours))
    found = extraction.measurements(hospital.write())
    assert extraction.outcomes(220045) == {outcome: 1}
    kept = found[found["variable"] == "heart_rate"]["hours"].tolist()
    assert kept == ([round(hours * 3600) / 3600] if outcome == "kept" else [])


def test_hours_before_admission_are_an_option(hospital, extraction):
    for hours in (-24.5, -24, -3):
        hospital.add("LABEVENTS", CHARTTIME=at(hours))
    folder = hospital.write()
    extraction.measurements(folder)
    assert extraction.outcomes(50912) == {"before_window": 3}
    found = extraction.measurements(folder, pre_admission_hours=24)
    assert found[found["variable"] == "creatinine"]["hours"].tolist() == [-24.0, -3.0]


@pytest.mark.parametrize(
    ("item", "value", "outcome", "celsius"),
    [
        (223762, 37.0, "kept", 37.0),
        (223762, 98.6, "kept_unit_swapped", (98.6 - 32) / 1.8),
        (223761, 98.6, "kept", (98.6 - 32) / 1.8),
        (223761, 37.0, "kept_unit_swapped", 37.0),
        (676, 60.0, "implausible_value", None),  # in neither range
        (678, 60.0, "implausible_value", None),
        (676, 50.0, "implausible_value", None),  # bounds are exclusive
        (678, 70.0, "implausible_value", None),
    ],
)
def test_temperature_in_either_unit(hospital, extraction, item, value, outcome, celsius):
    hospital.add("CHARTEVENTS", ITEMID=item, VALUENUM=value)
    found = extraction.measurements(hospital.write())
    assert extraction.outcomes(item) == {outcome: 1}
    assert found[found["variable"] == "temperature"]["value"].tolist() == ([celsius] if celsius else [])


@pytest.mark.parametrize(
    ("item", "value", "is_kept"),
    [
        (220045, 0, False),  # charted at death
        (220045, 10_000_000, False),
        (220045, 299.9, True),
        (220045, 300, False),
        (220179, 11_647, False),
        (220210, 69.9, True),
        (220210, 70, False),
    ],
)
def test_plausible_ranges_of_vitals(hospital, extraction, item, value, is_kept):
    hospital.add("CHARTEVENTS", ITEMID=item, VALUENUM=value)
    extraction.measurements(hospital.write())
    assert extraction.outcomes(item) == {"kept" if is_kept else "implausible_value": 1}


@pytest.mark.parametrize(
    ("item", "high"), [(51301, 1000), (51265, 10_000), (50912, 150), (51237, 50), (50885, 150)]
)
def test_plausible_ranges_of_labs_include_their_upper_end(hospital, extraction, item, high):
    for value in (0, high, high + 0.1):
        hospital.add("LABEVENTS", ITEMID=item, VALUENUM=value)
    found = extraction.measurements(hospital.write())
    assert extraction.outcomes(item) == {"implausible_value": 2, "kept": 1}
    assert found[found["item"] == str(item)]["value"].tolist() == [high]


def test_flagged_errors_go_and_missing_flags_stay(hospital, extraction):
    hospital.add("CHARTEVENTS", ERROR=1).add("CHARTEVENTS", ERROR=0).add("CHARTEVENTS").add(
        "CHARTEVENTS", WARNING=1
    )
    folder = hospital.write()
    extraction.measurements(folder)
    assert extraction.outcomes(220045) == {"flagged_error": 1, "kept": 3}
    extraction.measurements(folder, concepts="paper")
    assert extraction.outcomes(220045) == {"kept": 4}


@pytest.mark.parametrize("hadm_id", [555, ""], ids=["another extract", "no admission ids"])
def test_event_table_that_shares_no_admission_with_the_cohort(hospital, extraction, hadm_id):
    for number in range(TINY_COHORT):
        hospital.add("ADMISSIONS", HADM_ID=100 + number)
    for _ in range(3):
        hospital.add("CHARTEVENTS", HADM_ID=hadm_id)
    with pytest.raises(
        InputError,
        match=r"chartevents shares no admission with the cohort of 30 \(.*CHARTEVENTS\.csv\.gz: none of the 3 rows",
    ):
        extraction.measurements(hospital.write())
    assert not (extraction.out / "measurements.parquet").exists()
    hospital.add("CHARTEVENTS", HADM_ID=129)
    assert len(extraction.measurements(hospital.write())) == 2


def test_every_reason_in_its_order(hospital, extraction):
    """Each row breaks the named rule and every later one."""
    bad = {"VALUENUM": "", "CHARTTIME": "", "ERROR": 1, "VALUE": "<5"}
    hospital.add("CHARTEVENTS", HADM_ID="", SUBJECT_ID=7, **bad)
    hospital.add("CHARTEVENTS", HADM_ID=555, SUBJECT_ID=7, **bad)
    hospital.add("CHARTEVENTS", SUBJECT_ID=7, **bad)
    hospital.add("CHARTEVENTS", **bad)
    hospital.add("CHARTEVENTS", **bad | {"ERROR": 0})
    hospital.add("CHARTEVENTS", **bad | {"ERROR": 0, "VALUENUM": 0})
    hospital.add("CHARTEVENTS", VALUENUM=0, CHARTTIME=at(-1))
    hospital.add("CHARTEVENTS", VALUENUM=0, CHARTTIME=at(121))
    hospital.add("CHARTEVENTS", VALUENUM=0)
    extraction.measurements(hospital.write())
    assert extraction.outcomes(220045) == dict.fromkeys(
        [
            "after_window",
            "before_window",
            "flagged_error",
            "implausible_value",
            "no_admission_id",
            "no_numeric_value",
            "no_time",
            "not_in_cohort",
            "patient_mismatch",
        ],
        1,
    )


def test_labs_belong_by_admission_id_alone(hospital, extraction):
    hospital.add("LABEVENTS", SUBJECT_ID=7).add("LABEVENTS", HADM_ID="")
    extraction.measurements(hospital.write())
    assert extraction.outcomes(50912) == {"kept": 1, "no_admission_id": 1}


def test_flags_that_mean_nothing_known_are_counted(hospital, extraction):
    """1 marks an error, 0 and an empty cell do not; a row with another flag is neither kept nor lost in silence."""
    hospital.add("CHARTEVENTS", ERROR=2).add("CHARTEVENTS", ERROR=0).add("CHARTEVENTS", ERROR=1)
    extraction.measurements(hospital.write())
    assert extraction.outcomes(220045) == {"flagged_error": 1, "kept": 1, "unknown_error_flag": 1}


def test_not_a_number_is_no_numeric_value(hospital, extraction):
    hospital.add("CHARTEVENTS", VALUENUM="NaN").add("CHARTEVENTS", VALUENUM="inf")
    extraction.measurements(hospital.write(), concepts="paper")
    assert extraction.outcomes(220045) == {"no_numeric_value": 2}


def test_duplicates_and_ties_are_kept_in_order(hospital, extraction):
    for value in (90, 80, 80):
        hospital.add("CHARTEVENTS", VALUENUM=value)
    found = extraction.measurements(hospital.write())
    assert found[found["variable"] == "heart_rate"]["value"].tolist() == [80, 80, 90]


def test_twin_items_count_once_in_the_corrected_set(hospital, extraction):
    hospital.add("CHARTEVENTS", ITEMID=676, VALUENUM=37.0).add("CHARTEVENTS", ITEMID=679, VALUENUM=98.6)
    found = extraction.measurements(hospital.write())
    assert found[found["variable"] == "temperature"]["item"].tolist() == ["676"]


def test_paper_set_takes_raw_values_and_the_alarm_limit(hospital, extraction):
    hospital.add("CHARTEVENTS", ITEMID=219, VALUENUM=30).add("CHARTEVENTS", ITEMID=223762, VALUENUM=98.6)
    hospital.add("CHARTEVENTS", ITEMID=220210, VALUENUM=18).add("CHARTEVENTS", ITEMID=220179, VALUENUM=11_647)
    found = extraction.measurements(hospital.write(), concepts="paper")
    charts = found[found["variable"] != "creatinine"]
    assert charts.set_index("item")["value"].to_dict() == {"219": 30, "223762": 98.6, "220179": 11_647}


def test_audit_records_table_sizes_and_items_never_charted(hospital, extraction):
    hospital.add("CHARTEVENTS", ITEMID=1).add("CHARTEVENTS").add("LABEVENTS")
    extraction.measurements(hospital.write())
    audit = extraction.audit()
    scanned = audit[audit["outcome"] == "scanned"]
    assert dict(zip(scanned["source_table"], scanned["rows"], strict=True)) == {
        "chartevents": 2,
        "labevents": 1,
    }
    assert extraction.outcomes(211) == {"never_charted": 0}


@pytest.mark.parametrize(
    ("column", "value", "shape", "kind"),
    [
        ("CHARTTIME", "2150-13-41", "9999-99-99", "a date and time"),
        ("VALUENUM", "eighty", "aaaaaa", "a number"),
        ("ERROR", "yes", "aaa", "a whole number"),
    ],
)
def test_unparsable_value_stops_and_leaves_nothing(hospital, extraction, column, value, shape, kind):
    hospital.add("CHARTEVENTS", **{column: value})
    place = rf"CHARTEVENTS\.csv\.gz, line 2: column {column.lower()}"
    message = f"{place} holds a value like '{shape}', which is not {kind}"
    with pytest.raises(InputError, match=message):
        extraction.measurements(hospital.write())
    assert sorted(path.name for path in extraction.out.iterdir()) == ["admissions.parquet", "steps.csv"]


def test_unparsable_identifier_is_not_printed(hospital, extraction):
    hospital.add("CHARTEVENTS", SUBJECT_ID="10006x")
    with pytest.raises(
        InputError, match=r"column subject_id holds a value like '99999a', which is not a whole number"
    ) as raised:
        extraction.measurements(hospital.write())
    assert "10006" not in str(raised.value)


def test_unparsable_values_of_other_items_do_not_matter(hospital, extraction):
    hospital.add("CHARTEVENTS", ITEMID=1, VALUENUM="n/a", CHARTTIME="?").add("CHARTEVENTS")
    assert len(extraction.measurements(hospital.write())) == 2


def test_truncated_charts_stop_the_scan(hospital, extraction):
    for minute in range(2000):
        hospital.add("CHARTEVENTS", CHARTTIME=at(minute / 60), VALUENUM=60 + minute % 37)
    file = hospital.write() / "CHARTEVENTS.csv.gz"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"CHARTEVENTS\.csv\.gz ends in the middle \(truncated gzip\)"):
        extraction.measurements(hospital.folder)
    assert not (extraction.out / "measurements.parquet").exists()


def test_row_with_a_missing_field(hospital, extraction):
    folder = hospital.write()
    text = hospital.text("CHARTEVENTS") + b"9,1,100\n"
    (folder / "CHARTEVENTS.csv.gz").write_bytes(gzip.compress(text))
    with pytest.raises(
        InputError, match=r"CHARTEVENTS\.csv\.gz, line 3: 3 fields where the header has 15; correct"
    ):
        extraction.measurements(folder)


value = st.one_of(
    st.none(), st.sampled_from([0.0, 37.0, 98.6, 70.0, 300.0, 1e7]), st.floats(0, 400, width=16)
)
row = st.fixed_dictionaries(
    {
        "ITEMID": st.sampled_from([211, 220045, 676, 678, 51, 219, 5]),
        "SUBJECT_ID": st.sampled_from([1, 1, 1, 2]),
        "HADM_ID": st.sampled_from([100, 100, 100, 200, ""]),
        "CHARTTIME": st.one_of(st.just(""), st.integers(-7200, 450_000).map(lambda s: at(s / 3600))),
        "VALUENUM": value.map(lambda number: "" if number is None else number),
        "ERROR": st.sampled_from(["", 0, 1]),
    }
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(row, min_size=1, max_size=60), concepts=st.sampled_from(["corrected", "paper"]))
def test_every_row_has_one_outcome_and_kept_rows_are_those_written(hospital, extraction, rows, concepts):
    hospital.rows["CHARTEVENTS"] = []
    for values in rows:
        hospital.add("CHARTEVENTS", **values)
    found = extraction.measurements(hospital.write(), concepts=concepts)
    audit = extraction.audit()
    for item in {str(values["ITEMID"]) for values in rows} & set(audit["item"].dropna()):
        of_item = audit[audit["item"] == item]
        assert of_item["rows"].sum() == sum(str(values["ITEMID"]) == item for values in rows)
        kept = of_item[of_item["outcome"].isin(["kept", "kept_unit_swapped"])]["rows"].sum()
        assert kept == (found["item"] == item).sum()


def test_results_do_not_depend_on_threads_or_memory(demo, extraction):
    one = extraction.measurements(demo)
    first = (extraction.out / "measurements.parquet").read_bytes()
    extraction.engine = Engine(memory_limit="200MB", threads=4)
    pd.testing.assert_frame_equal(extraction.measurements(demo), one, check_exact=True)
    assert (extraction.out / "measurements.parquet").read_bytes() == first


def test_no_row_of_the_demo_is_lost(demo, extraction):
    found = extraction.measurements(demo)
    audit = extraction.audit()
    kept = audit[audit["outcome"].isin(["kept", "kept_unit_swapped"])]["rows"].sum()
    assert kept == len(found)
    charts = pd.read_csv(demo / "CHARTEVENTS.csv.gz", usecols=["itemid"], low_memory=False)["itemid"]
    of_items = audit[(audit["source_table"] == "chartevents") & audit["item"].notna()]
    assert of_items["rows"].sum() == charts.isin(of_items["item"].astype(int)).sum()
    # The systolic pressure of 11,647 mmHg carries no error flag; the range removes it.
    assert found[found["variable"] == "systolic_bp"]["value"].max() < 400
