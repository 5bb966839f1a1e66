"""Names of the simulated items in eICU-CRD, and their tables."""

from __future__ import annotations

from synthsize.simulate.items import MEASURED

# MIMIC-III's item -> table and item here; others are not recorded.
PERIODIC = {
    220045: "heartrate",
    220210: "respiration",
    220050: "systemicsystolic",
    223762: "temperature",
    220277: "sao2",
    220051: "systemicdiastolic",
    220052: "systemicmean",
}
APERIODIC = {220179: "noninvasivesystolic", 220180: "noninvasivediastolic", 220181: "noninvasivemean"}
CHARTED = {
    211: "Heart Rate",
    618: "Respiratory Rate",
    615: "Respiratory Rate",
    224690: "Respiratory Rate",
    676: "Temperature (C)",
    678: "Temperature (F)",
    223761: "Temperature (F)",
    51: "Invasive BP Systolic",
    6701: "Invasive BP Systolic",
    455: "Non-Invasive BP Systolic",
    442: "Non-Invasive BP Systolic",
    646: "O2 Saturation",
    8368: "Invasive BP Diastolic",
    52: "Invasive BP Mean",
    8441: "Non-Invasive BP Diastolic",
    456: "Non-Invasive BP Mean",
    198: "GCS Total",
}
LABS = {
    51301: "WBC x 1000",
    51300: "WBC x 1000",
    51265: "platelets x 1000",
    50912: "creatinine",
    51237: "PT - INR",
    50813: "lactate",
    50885: "total bilirubin",
    50868: "anion gap",
    50882: "bicarbonate",
    50893: "calcium",
    50902: "chloride",
    50931: "glucose",
    50971: "potassium",
    50983: "sodium",
    51006: "BUN",
    51221: "Hct",
    51222: "Hgb",
}
ITEMS = PERIODIC | APERIODIC | CHARTED | LABS
COUNTED = {ITEMS[entry.item]: entry.variable for entry in MEASURED if entry.corrected and entry.item in ITEMS}
FAHRENHEIT = {"Temperature (F)"}
