"""Blood draws and what the laboratory makes of them.

Blood is drawn on arrival (in the emergency room, before the admission, for most emergencies), every morning,
and at extra times that come at a rate rising with severity. Counts and creatinine are part of almost every
draw. Lactate and bilirubin are ordered only on clinical suspicion: whether an admission ever has one
depends on its severity, inflammation and liver, so the missing values are missing in the well.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from synthsize.simulate.items import LAB_DISTRACTORS, PHRASES
from synthsize.simulate.model import Array, logistic
from synthsize.simulate.patients import DAY, HOUR
from synthsize.simulate.physiology import HORIZON_HOURS, Physiology
from synthsize.simulate.rows import FILED, join_rows, make_rows

EXTRA_DRAWS_PER_DAY = 0.35  # at severity 0
DECIMALS = {"wbc": 1, "platelets": 0, "creatinine": 1, "inr": 1, "lactate": 1, "bilirubin": 1}
LACTATE_LIMIT = 0.5  # mmol/L; below it the laboratory reports a text
P_OUTPATIENT = 0.03  # draws of an earlier day outside the hospital, which carry no admission


def draw_labs(rng: np.random.Generator, admissions: pd.DataFrame, body: Physiology) -> pd.DataFrame:
    """Draw every laboratory row of a block of admissions.

    Parameters
    ----------
    rng : numpy.random.Generator
        Of the block.
    admissions : pandas.DataFrame
        As drawn by `draw_admissions`.
    body : Physiology
        The courses to read from.

    Returns
    -------
    pandas.DataFrame
        Rows in the form of `rows.make_rows`, ordered by admission, time and item.
    """
    draws = _draw_times(rng, admissions)
    admission, seconds = draws["admission"].to_numpy(), draws["seconds"].to_numpy()
    filed = np.where(draws["outpatient"], FILED.index("no admission"), FILED.index("right"))
    parts = []
    for variable, share in _order_probabilities(rng, admissions, body).items():
        done = rng.random(len(draws)) < share[admission]
        value = np.round(body.read(rng, variable, admission[done], seconds[done]), DECIMALS[variable])
        censored = (variable == "lactate") & (value < LACTATE_LIMIT)
        parts.append(
            make_rows(
                admission=admission[done],
                item=_items(rng, variable, len(value)),
                seconds=seconds[done],
                value=np.where(censored, np.nan, value),
                text=np.where(censored, PHRASES.index("<0.5"), -1),
                filed=filed[done],
            )
        )
    for entry in LAB_DISTRACTORS:
        done = rng.random(len(draws)) < entry.share
        n = int(done.sum())
        phrases = np.array([PHRASES.index(text) for text in entry.texts] or [-1])
        parts.append(
            make_rows(
                admission=admission[done],
                item=entry.item,
                seconds=seconds[done],
                value=np.nan if entry.texts else np.round(entry.mean + entry.sd * rng.standard_normal(n), 1),
                text=phrases[rng.integers(0, len(phrases), n)],
                filed=filed[done],
            )
        )
    return join_rows(parts)


def _order_probabilities(
    rng: np.random.Generator, admissions: pd.DataFrame, body: Physiology
) -> dict[str, Array]:
    """Probability per draw that a test is part of it, by admission; shape (n,) each."""
    n = len(admissions)
    severity = admissions["severity"].to_numpy()
    inflammation = admissions["inflammation"].to_numpy()
    newborn = admissions["newborn"].to_numpy()
    lactate_ever = rng.random(n) < logistic(-0.5 + 1.0 * severity + 0.4 * inflammation)
    bilirubin_ever = rng.random(n) < logistic(-0.6 + 0.6 * severity + 0.5 * body.organs["liver"])
    shares = {
        "wbc": np.full(n, 0.85),
        "platelets": np.full(n, 0.85),
        "creatinine": np.full(n, 0.90),
        "inr": logistic(-0.2 + 0.5 * severity),
        "lactate": lactate_ever * logistic(-0.6 + 0.5 * severity),
        "bilirubin": bilirubin_ever * 0.5,
    }
    return {
        name: np.where(newborn, share * (name in ("wbc", "platelets")), share)
        for name, share in shares.items()
    }


def _draw_times(rng: np.random.Generator, admissions: pd.DataFrame) -> pd.DataFrame:
    """List all blood draws: admission (row position), seconds since the admission, outpatient."""
    n = len(admissions)
    ends = np.clip(admissions["los_s"].to_numpy(), 0, HORIZON_HOURS * HOUR)
    emergency = (admissions["admission_type"] == "EMERGENCY").to_numpy()
    in_emergency_room = np.flatnonzero(emergency & (rng.random(n) < 0.7))
    outpatient = np.flatnonzero(rng.random(n) < P_OUTPATIENT)

    days = np.arange(HORIZON_HOURS // 24 + 1)
    midnight = admissions["admit"].to_numpy().astype("M8[s]").astype(np.int64) % DAY
    morning = days[None, :] * DAY - midnight[:, None] + 5 * HOUR + rng.integers(-90, 90, (n, len(days))) * 60
    due = (morning >= 0) & (morning < ends[:, None]) & (rng.random(morning.shape) < 0.92)

    rate = EXTRA_DRAWS_PER_DAY * np.exp(0.45 * admissions["severity"].to_numpy()) * ends / DAY
    extra = np.repeat(np.arange(n), rng.poisson(rate))
    blocks = [
        (in_emergency_room, -rng.integers(20, 8 * 60, len(in_emergency_room)) * 60, False),
        (outpatient, -rng.integers(1, 30, len(outpatient)) * DAY, True),
        (np.arange(n), rng.integers(0, 180, n) * 60, False),
        (np.nonzero(due)[0], morning[due], False),
        (extra, (rng.random(len(extra)) * ends[extra]).astype(np.int64) // 60 * 60, False),
    ]
    draws = pd.concat(
        [pd.DataFrame({"admission": who, "seconds": when, "outpatient": out}) for who, when, out in blocks],
        ignore_index=True,
    )
    return draws[admissions["has_labs"].to_numpy()[draws["admission"]]].reset_index(drop=True)


def _items(rng: np.random.Generator, variable: str, n: int) -> np.ndarray | int:
    if variable == "wbc":
        return np.where(rng.random(n) < 0.003, 51300, 51301)
    return {"platelets": 51265, "creatinine": 50912, "inr": 51237, "lactate": 50813, "bilirubin": 50885}[
        variable
    ]
