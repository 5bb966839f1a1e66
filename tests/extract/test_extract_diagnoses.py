"""Diagnosis codes."""


def test_codes_are_text_in_one_spelling(hospital, extraction):
    for code in ("0389", "995.92", "99592", " v10.1 ", "V101", ""):
        hospital.add("DIAGNOSES_ICD", ICD9_CODE=code)
    found = extraction.diagnoses(hospital.write())
    assert found["code"].tolist() == ["0389", "99592", "V101"]
    assert (found["code_version"] == 9).all()


def test_codes_of_other_admissions_are_left_out_and_counted(hospital, extraction, caplog):
    hospital.add("DIAGNOSES_ICD", HADM_ID=555).add("DIAGNOSES_ICD", ICD9_CODE="78552")
    hospital.add("DIAGNOSES_ICD", ICD9_CODE="785.52")
    with caplog.at_level("INFO", "synthsize.extract"):
        assert extraction.diagnoses(hospital.write())["code"].tolist() == ["78552"]
    line = "3 diagnosis codes handed over: 2 of admissions of the cohort, 1 of other admissions, 0 of no admission"
    assert caplog.messages == [line]


def test_demo_sepsis_and_shock(demo, extraction):
    codes = extraction.diagnoses(demo)
    assert codes[codes["code"].isin(["99592", "78552"])]["admission_id"].nunique() == 26
    assert codes[codes["code"] == "78552"]["admission_id"].nunique() == 16
