"""What the items and codes of the simulated hospital are in OMOP's vocabularies.

The concept ids of codes are made up; those of measurements, units and visits are OMOP's.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthsize.simulate.items import MEASURED
from synthsize.simulate.schemas.icd10 import TWINS, with_dot
from synthsize.simulate.schemas.schema import Columns

INPATIENT, EMERGENCY_INPATIENT, OUTPATIENT, OTHER_VISIT = 9201, 262, 9202, 38004207
INTENSIVE_CARE, CRITICAL_CARE_FACILITY = 32037, 581379
FROM_RECORD = 32817
HOME, DIED = 581476, 4216643
LESS_THAN = 4171756
MALE, FEMALE = 8507, 8532
PER_MICROLITRE, NO_UNIT = 8647, 0
CELSIUS, FAHRENHEIT = 586323, 9289
UNITS = ("Medical Intensive Care Unit (MICU)", "Coronary Care Unit (CCU)", "Trauma SICU (TSICU)")

# MIMIC-III's item -> concept and unit; others are not converted.
CONCEPTS = {
    **dict.fromkeys((211, 220045), (3027018, 8541)),
    **dict.fromkeys((618, 615, 220210, 224690), (3024171, 8541)),
    **dict.fromkeys((676, 223762), (3020891, CELSIUS)),
    **dict.fromkeys((678, 223761), (3020891, FAHRENHEIT)),
    **dict.fromkeys((51, 6701, 220050), (3004249, 8876)),
    **dict.fromkeys((455, 442, 220179), (21492239, 8876)),
    **dict.fromkeys((646, 220277), (40762499, 8554)),
    51301: (3000905, 8848),
    51300: (3010813, PER_MICROLITRE),
    51265: (3024929, 8961),
    50912: (3016723, 8840),
    51237: (3022217, NO_UNIT),
    50813: (3047181, 8753),
    50885: (3024128, 8840),
    50971: (3023103, 9557),
    50983: (3019550, 9557),
}
VARIABLES = {str(CONCEPTS[entry.item][0]): entry.variable for entry in MEASURED if entry.item in CONCEPTS}
ICD9 = {code: 44_820_000 + number for number, code in enumerate(TWINS)}
ICD10 = {code: 45_540_000 + number for number, code in enumerate(dict.fromkeys(TWINS.values()))}
LOCAL, LOCAL_CODE = 2_000_000_017, "FALLS"


def vocabulary() -> Columns:
    """Table of the concepts of all codes."""
    codes = [*with_dot(pd.Series([*ICD9]), 9), *with_dot(pd.Series([*ICD10]), 10), LOCAL_CODE]
    return {
        "concept_id": np.array([*ICD9.values(), *ICD10.values(), LOCAL]),
        "concept_name": np.array(["a condition"] * (len(codes) - 1) + ["a local code"], dtype=object),
        "domain_id": np.repeat("Condition", len(codes)),
        "vocabulary_id": np.array(
            ["ICD9CM"] * len(ICD9) + ["ICD10CM"] * len(ICD10) + ["Local"], dtype=object
        ),
        "concept_code": np.array(codes, dtype=object),
    }
