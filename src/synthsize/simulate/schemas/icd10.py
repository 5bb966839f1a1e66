"""The codes of the simulated coders in ICD-10-CM."""

from __future__ import annotations

import pandas as pd

from synthsize.simulate.coding import SEPTIC_SHOCK, SEVERE_SEPSIS

# ICD-9-CM -> the usual code of the same condition in ICD-10-CM.
TWINS = {
    "99592": "R6520",
    "78552": "R6521",
    "0389": "A419",
    "99591": "A419",
    "0380": "A409",
    "5849": "N179",
    "51881": "J9600",
    "2875": "D696",
    "5715": "K7460",
    "2762": "E872",
    "4019": "I10",
    "4280": "I509",
    "42731": "I4891",
    "41401": "I2510",
    "25000": "E119",
    "2724": "E785",
    "5990": "N390",
    "53081": "K219",
    "2720": "E7800",
    "2859": "D649",
    "486": "J189",
    "2851": "D62",
    "2449": "E039",
    "496": "J449",
    "40390": "I129",
    "311": "F329",
    "3051": "F17210",
    "412": "I252",
    "V4581": "Z951",
    "V5861": "Z7901",
    "2761": "E871",
    "5119": "J90",
    "E8788": "Y838",
    "07054": "B182",
    "V3000": "Z3800",
    "V053": "Z23",
    "V290": "Z051",
    "7742": "P590",
}


def with_dot(codes: pd.Series, revision: int) -> pd.Series:
    """Codes as they are printed: a dot after three characters, after four in the E codes of revision 9."""
    of_cause = codes.str.startswith("E", na=False) & (revision == 9)
    head = codes.str[:3].where(~of_cause, codes.str[:4])
    tail = codes.str[3:].where(~of_cause, codes.str[4:])
    return head.where(tail == "", head + "." + tail)


def recode(diagnoses: pd.DataFrame, in_revision_10: pd.Series) -> pd.DataFrame:
    """Code some of the admissions in ICD-10-CM instead.

    Severe sepsis with shock has one code there (R65.21), and conditions that share a code are listed once.

    Parameters
    ----------
    diagnoses : pandas.DataFrame
        As of `coding.draw_diagnoses`, with rows without a code.
    in_revision_10 : pandas.Series of bool
        Of each of its rows.

    Returns
    -------
    pandas.DataFrame
        The same columns and ``version`` (9 or 10), in the same order.
    """
    version = in_revision_10.map({True: 10, False: 9})
    shocked = diagnoses.loc[diagnoses["code"] == SEPTIC_SHOCK, "admission"]
    said_by_shock = (
        in_revision_10 & (diagnoses["code"] == SEVERE_SEPSIS) & diagnoses["admission"].isin(shocked)
    )
    code = diagnoses["code"].where(~in_revision_10, diagnoses["code"].map(TWINS))
    written = diagnoses["written"].where(~in_revision_10, code)
    frame = diagnoses.assign(code=code, written=written, version=version)[~said_by_shock]
    again = frame.duplicated(["admission", "code"]) & (frame["version"] == 10) & frame["code"].notna()
    return frame[~again].reset_index(drop=True)
