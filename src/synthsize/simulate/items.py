"""The items of the simulated charts: which id, in which charting system, which unit, in which concept set.

Item ids, units and concept sets are facts of MIMIC-III. `corrected` and `paper` say which of the two concept
sets counts an item as a measurement of its variable; items of neither set are there so that a filter has work
to do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthsize.simulate.model import Array


@dataclass(frozen=True)
class Item:
    """A chart or laboratory item that at least one concept set reads.

    Attributes
    ----------
    item : int
        ITEMID.
    variable : str
        Canonical variable it measures, or is taken to measure by the paper's set.
    unit : str
        VALUEUOM as charted.
    corrected, paper : bool
        Whether the concept set of that name reads the item.
    fahrenheit : bool
        Whether the item is meant to hold degrees Fahrenheit.
    """

    item: int
    variable: str
    unit: str
    corrected: bool
    paper: bool
    fahrenheit: bool = False


MEASURED = (
    Item(211, "heart_rate", "BPM", True, True),
    Item(220045, "heart_rate", "bpm", True, True),
    Item(618, "respiratory_rate", "BPM", True, True),
    Item(615, "respiratory_rate", "BPM", True, True),
    Item(
        219, "respiratory_rate", "BPM", False, True
    ),  # an alarm limit, which the paper's set reads as a rate
    Item(220210, "respiratory_rate", "insp/min", True, False),
    Item(224690, "respiratory_rate", "insp/min", True, False),
    Item(676, "temperature", "Deg. C", True, True),
    Item(677, "temperature", "Deg. C", False, True),  # computed from 678 by the charting system
    Item(678, "temperature", "Deg. F", True, False, fahrenheit=True),
    Item(679, "temperature", "Deg. F", False, False, fahrenheit=True),  # computed from 676
    Item(223761, "temperature", "?F", True, False, fahrenheit=True),
    Item(223762, "temperature", "?C", True, True),
    Item(51, "systolic_bp", "mmHg", True, True),
    Item(6701, "systolic_bp", "mmHg", True, False),
    Item(6, "systolic_bp", "mmHg", False, True),
    Item(455, "systolic_bp", "mmHg", True, False),
    Item(442, "systolic_bp", "mmHg", True, False),
    Item(220050, "systolic_bp", "mmHg", True, True),
    Item(220179, "systolic_bp", "mmHg", True, True),
    Item(51301, "wbc", "K/uL", True, True),
    Item(51300, "wbc", "K/uL", True, True),
    Item(51265, "platelets", "K/uL", True, True),
    Item(50912, "creatinine", "mg/dL", True, True),
    Item(51237, "inr", "", True, True),
    Item(50813, "lactate", "mmol/L", True, True),
    Item(50885, "bilirubin", "mg/dL", True, True),
)


@dataclass(frozen=True)
class Distractor:
    """An item of neither concept set.

    Attributes
    ----------
    item : int
        ITEMID.
    unit : str
        VALUEUOM as charted, empty for none.
    share : float
        Probability that a charting round (or blood draw) records it.
    mean, sd : float
        Normal law of its number; unused for text items.
    texts : tuple of str
        What a text item can say; empty for numbers.
    """

    item: int
    unit: str
    share: float
    mean: float = 0.0
    sd: float = 0.0
    texts: tuple[str, ...] = ()


# Among them are traps that look like a concept: set and spontaneous breathing rates, skin temperature, a
# second arterial pressure.
CAREVUE_DISTRACTORS = (
    Distractor(646, "%", 0.85, 97, 2),
    Distractor(8368, "mmHg", 0.45, 60, 11),
    Distractor(8441, "mmHg", 0.40, 60, 12),
    Distractor(52, "mmHg", 0.45, 79, 13),
    Distractor(456, "mmHg", 0.40, 78, 13),
    Distractor(619, "BPM", 0.12, 14, 3),
    Distractor(614, "BPM", 0.12, 3, 2),
    Distractor(3655, "Deg. C", 0.05, 35.5, 1),
    Distractor(198, "points", 0.25, 12, 2),
    Distractor(212, "", 0.70, texts=("Normal Sinus", "Sinus Tachy", "Atrial Fib", "Paced")),
    Distractor(128, "", 0.05, texts=("Full Code", "Do Not Resuscitate")),
    Distractor(374, "", 0.15, texts=("Arm, Right Lower", "Arm, Left Upper", "Leg, Left")),
)
METAVISION_DISTRACTORS = (
    Distractor(220277, "%", 0.90, 97, 2),
    Distractor(220051, "mmHg", 0.35, 60, 11),
    Distractor(220052, "mmHg", 0.35, 79, 13),
    Distractor(220180, "mmHg", 0.50, 62, 12),
    Distractor(220181, "mmHg", 0.50, 77, 13),
    Distractor(225309, "mmHg", 0.04, 121, 22),
    Distractor(224688, "insp/min", 0.10, 16, 3),
    Distractor(224689, "insp/min", 0.10, 11, 6),
    Distractor(
        220048, "", 0.70, texts=("SR (Sinus Rhythm)", "ST (Sinus Tachycardia)", "AF (Atrial Fibrillation)")
    ),
    Distractor(223900, "", 0.25, texts=("Oriented", "Confused", "No Response-ETT")),
    Distractor(224027, "", 0.10, texts=("Warm", "Cool, dry")),
)
NEONATAL_DISTRACTORS = (
    Distractor(3603, "BPM", 0.80, 45, 10),
    Distractor(3652, "Deg. F", 0.20, 98.4, 0.6),
    Distractor(3313, "mmHg", 0.30, 65, 9),
)
LAB_DISTRACTORS = (
    Distractor(50868, "mEq/L", 0.85, 14, 3),
    Distractor(50882, "mEq/L", 0.85, 25, 4),
    Distractor(50893, "mg/dL", 0.60, 8.4, 0.7),
    Distractor(50902, "mEq/L", 0.85, 104, 5),
    Distractor(50931, "mg/dL", 0.85, 135, 45),
    Distractor(50971, "mEq/L", 0.85, 4.2, 0.6),
    Distractor(50983, "mEq/L", 0.85, 139, 5),
    Distractor(51006, "mg/dL", 0.85, 26, 14),
    Distractor(51221, "%", 0.85, 31, 5),
    Distractor(51222, "g/dL", 0.85, 10.5, 1.7),
    Distractor(50800, "", 0.25, texts=("ART", "VEN", "MIX")),
)

ODD_TEXTS = ("Unable to assess", "<0.5", "<5", "LESS THAN 0.4", 'family says "hurts, left side"\nsee note')

# Text values travel as positions in this list; -1 is no text.
PHRASES: tuple[str, ...] = ODD_TEXTS + tuple(
    dict.fromkeys(
        text
        for group in (CAREVUE_DISTRACTORS, METAVISION_DISTRACTORS, LAB_DISTRACTORS)
        for distractor in group
        for text in distractor.texts
    )
)

_UNITS = {entry.item: entry.unit for entry in MEASURED} | {
    entry.item: entry.unit
    for entry in (*CAREVUE_DISTRACTORS, *METAVISION_DISTRACTORS, *NEONATAL_DISTRACTORS, *LAB_DISTRACTORS)
}


# Reference ranges of the laboratory, for its FLAG; of the distractors, the middle seven eighths of their law.
_NORMAL = {
    51300: (4.0, 11.0),
    51301: (4.0, 11.0),
    51265: (150.0, 440.0),
    50912: (0.4, 1.2),
    51237: (0.9, 1.2),
    50813: (0.5, 2.0),
    50885: (0.0, 1.5),
} | {entry.item: (entry.mean - 1.5 * entry.sd, entry.mean + 1.5 * entry.sd) for entry in LAB_DISTRACTORS}


def unit_of(items: NDArray[np.integer]) -> NDArray[np.object_]:
    """VALUEUOM of each of `items`, None where the item has no unit."""
    unique, inverse = np.unique(items, return_inverse=True)
    return np.array([_UNITS[int(item)] or None for item in unique], dtype=object)[inverse]


def normal_range(items: NDArray[np.integer]) -> tuple[Array, Array]:
    """Lower and upper limits of normal of each of the laboratory's `items`."""
    unique, inverse = np.unique(items, return_inverse=True)
    limits = np.array([_NORMAL[int(item)] for item in unique])[inverse]
    return limits[:, 0], limits[:, 1]
