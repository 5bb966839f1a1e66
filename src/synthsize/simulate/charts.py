"""Bedside charting: what two charting systems make of the courses of the vital signs.

Nurses chart in rounds, about hourly while the patient is in intensive care. CareVue (2001-08) rounds fall
mostly on the full hour, MetaVision (2008-12) rounds on any minute half of the time. A round records each
vital sign with some probability; temperatures are taken in fewer rounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from synthsize.simulate.items import (
    CAREVUE_DISTRACTORS,
    METAVISION_DISTRACTORS,
    NEONATAL_DISTRACTORS,
    PHRASES,
    Distractor,
)
from synthsize.simulate.model import Array, logistic
from synthsize.simulate.patients import HOUR
from synthsize.simulate.physiology import HORIZON_HOURS, Physiology
from synthsize.simulate.rows import join_rows, make_rows

P_HEART_RATE, P_RESPIRATORY_RATE, P_SYSTOLIC, P_TEMPERATURE = 0.85, 0.80, 0.80, 0.24
P_NO_NUMBER = 0.002  # CareVue rows without a number, mostly of discontinued items
P_FLAGGED = 0.001  # MetaVision rows that staff marked as entered in error
P_WARNING = 0.02
P_ZERO_AT_DEATH = 0.4  # deaths whose last round charts a heart rate and a pressure of zero


@dataclass(frozen=True)
class _Rounds:
    """Charting rounds of one charting system; arrays of one length."""

    admission: np.ndarray
    stay: np.ndarray
    seconds: np.ndarray

    def take(self, keep: np.ndarray) -> _Rounds:
        return _Rounds(self.admission[keep], self.stay[keep], self.seconds[keep])

    def __len__(self) -> int:
        return len(self.seconds)


def draw_charts(
    rng: np.random.Generator, admissions: pd.DataFrame, stays: pd.DataFrame, body: Physiology
) -> pd.DataFrame:
    """Draw every chart row of a block of admissions.

    Parameters
    ----------
    rng : numpy.random.Generator
        Of the block.
    admissions, stays : pandas.DataFrame
        As drawn by `draw_admissions` and `list_stays`.
    body : Physiology
        The courses to read from.

    Returns
    -------
    pandas.DataFrame
        Rows in the form of `rows.make_rows`, ordered by admission, time and item.
    """
    charted = admissions["charted"].to_numpy()[stays["admission"]]
    newborn = admissions["newborn"].to_numpy()
    death = admissions["death_s"].to_numpy()
    parts: list[pd.DataFrame] = []
    for system in ("carevue", "metavision"):
        mine = stays[charted & (stays["system"] == system).to_numpy()]
        rounds = _draw_rounds(rng, admissions, mine, on_the_hour=0.85 if system == "carevue" else 0.5)
        rounds = rounds.take(rounds.seconds < death[rounds.admission])
        if system == "carevue":
            parts += _chart_newborns(rng, rounds.take(newborn[rounds.admission]), body)
            rounds = rounds.take(~newborn[rounds.admission])
            parts += _discontinue(rng, _chart_carevue(rng, admissions, rounds, body))
            parts += _draw_distractors(rng, rounds, CAREVUE_DISTRACTORS, error=-1, stopped=1)
        else:
            parts += _flag(rng, _chart_metavision(rng, admissions, rounds, body))
            parts += _draw_distractors(rng, rounds, METAVISION_DISTRACTORS, error=0, stopped=0)
    return join_rows(parts)


def _draw_rounds(
    rng: np.random.Generator, admissions: pd.DataFrame, stays: pd.DataFrame, on_the_hour: float
) -> _Rounds:
    """Draw hourly rounds from the first full hour of each stay to its end or the horizon; some run over."""
    admit = admissions["admit"].to_numpy().astype("M8[s]").astype(np.int64)[stays["admission"]]
    start = stays["in_s"].to_numpy()
    end = np.minimum(
        stays["out_s"].to_numpy() + np.where(rng.random(len(stays)) < 0.1, 2 * HOUR, 0), HORIZON_HOURS * HOUR
    )
    first = -(-(admit + start) // HOUR) * HOUR - admit
    count = np.maximum(0, -(-(end - first) // HOUR))
    which = np.repeat(np.arange(len(stays)), count)
    hour = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    quarter = rng.choice([15, 30, 45], len(which), p=[0.25, 0.5, 0.25])
    minute = quarter if on_the_hour > 0.5 else rng.integers(1, 60, len(which))
    minute = np.where(rng.random(len(which)) < on_the_hour, 0, minute)
    return _Rounds(
        stays["admission"].to_numpy()[which],
        stays["icustay_id"].to_numpy()[which],
        first[which] + hour * HOUR + minute * 60,
    )


def _pick(rng: np.random.Generator, rounds: _Rounds, share: float | Array) -> _Rounds:
    return rounds.take(rng.random(len(rounds)) < share)


def _record(rounds: _Rounds, item: int | np.ndarray, value: Array, *, carevue: bool) -> pd.DataFrame:
    return make_rows(
        admission=rounds.admission,
        stay=rounds.stay,
        item=item,
        seconds=rounds.seconds,
        value=value,
        error=-1 if carevue else 0,
        warning=-1 if carevue else 0,
        stopped=1 if carevue else 0,
    )


def _whole(body: Physiology, rng: np.random.Generator, variable: str, rounds: _Rounds) -> Array:
    return body.read(rng, variable, rounds.admission, rounds.seconds).round()


def _ventilated(rng: np.random.Generator, admissions: pd.DataFrame) -> np.ndarray:
    share = logistic(-0.3 + 0.8 * admissions["severity"].to_numpy())
    return np.less(rng.random(len(admissions)), share)


def _arterial_line(rng: np.random.Generator, admissions: pd.DataFrame) -> np.ndarray:
    share = logistic(-0.1 + 0.6 * admissions["severity"].to_numpy())
    return np.less(rng.random(len(admissions)), share)


def _chart_carevue(
    rng: np.random.Generator, admissions: pd.DataFrame, rounds: _Rounds, body: Physiology
) -> list[pd.DataFrame]:
    ventilated = _ventilated(rng, admissions)[rounds.admission]
    arterial = _arterial_line(rng, admissions)[rounds.admission]
    in_celsius = (rng.random(len(admissions)) < 0.33)[rounds.admission]
    alarm_limit = rng.choice([30.0, 35.0, 40.0], len(admissions))

    heart = _pick(rng, rounds, P_HEART_RATE)
    breath = _pick(rng, rounds, P_RESPIRATORY_RATE)
    total = _pick(rng, rounds, 0.3 * ventilated)
    alarm = _pick(rng, rounds, 0.12)
    line = _pick(rng, rounds, P_SYSTOLIC * arterial)
    cuff = _pick(rng, rounds, np.where(arterial, 0.12, P_SYSTOLIC))
    celsius = _pick(rng, rounds, P_TEMPERATURE * in_celsius)
    fahrenheit = _pick(rng, rounds, P_TEMPERATURE * ~in_celsius)

    degrees = np.round(body.read(rng, "temperature", celsius.admission, celsius.seconds), 1)
    fahrenheit_degrees = np.round(
        body.read(rng, "temperature", fahrenheit.admission, fahrenheit.seconds) * 1.8 + 32, 1
    )
    line_items = rng.choice([51, 6701, 6], len(line), p=[0.989, 0.0109, 0.0001])
    cuff_items = rng.choice([455, 442], len(cuff), p=[0.998, 0.002])
    return [
        _record(heart, 211, _whole(body, rng, "heart_rate", heart), carevue=True),
        _record(breath, 618, _whole(body, rng, "respiratory_rate", breath), carevue=True),
        _record(total, 615, _whole(body, rng, "respiratory_rate", total), carevue=True),
        _record(alarm, 219, alarm_limit[alarm.admission], carevue=True),
        _record(line, line_items, _whole(body, rng, "systolic_bp", line), carevue=True),
        _record(cuff, cuff_items, _whole(body, rng, "systolic_bp", cuff), carevue=True),
        # The charting system itself adds each temperature in the other unit.
        _record(celsius, 676, degrees, carevue=True),
        _record(celsius, 679, np.round(degrees * 1.8 + 32, 1), carevue=True),
        _record(fahrenheit, 678, fahrenheit_degrees, carevue=True),
        _record(fahrenheit, 677, np.round((fahrenheit_degrees - 32) / 1.8, 2), carevue=True),
    ]


def _chart_metavision(
    rng: np.random.Generator, admissions: pd.DataFrame, rounds: _Rounds, body: Physiology
) -> list[pd.DataFrame]:
    ventilated = _ventilated(rng, admissions)[rounds.admission]
    arterial = _arterial_line(rng, admissions)[rounds.admission]
    in_celsius = (rng.random(len(admissions)) < 0.12)[rounds.admission]

    heart = _pick(rng, rounds, P_HEART_RATE)
    breath = _pick(rng, rounds, P_RESPIRATORY_RATE)
    total = _pick(rng, rounds, 0.3 * ventilated)
    line = _pick(rng, rounds, 0.75 * P_SYSTOLIC * arterial)
    cuff = _pick(rng, rounds, np.where(arterial, 0.3, P_SYSTOLIC))
    celsius = _pick(rng, rounds, P_TEMPERATURE * in_celsius)
    fahrenheit = _pick(rng, rounds, P_TEMPERATURE * ~in_celsius)

    degrees = np.round(body.read(rng, "temperature", celsius.admission, celsius.seconds), 1)
    fahrenheit_degrees = np.round(
        body.read(rng, "temperature", fahrenheit.admission, fahrenheit.seconds) * 1.8 + 32, 1
    )
    return [
        _record(heart, 220045, _whole(body, rng, "heart_rate", heart), carevue=False),
        _record(breath, 220210, _whole(body, rng, "respiratory_rate", breath), carevue=False),
        _record(total, 224690, _whole(body, rng, "respiratory_rate", total), carevue=False),
        _record(line, 220050, _whole(body, rng, "systolic_bp", line), carevue=False),
        _record(cuff, 220179, _whole(body, rng, "systolic_bp", cuff), carevue=False),
        _record(celsius, 223762, degrees, carevue=False),
        _record(fahrenheit, 223761, fahrenheit_degrees, carevue=False),
    ]


def _chart_newborns(rng: np.random.Generator, rounds: _Rounds, body: Physiology) -> list[pd.DataFrame]:
    """Chart heart rates under the adults' item, which only the age rule keeps out, and neonatal items."""
    heart = _pick(rng, rounds, 0.4)
    rate = _whole(body, rng, "heart_rate", heart)
    sparse = _pick(rng, rounds, 0.4)
    return [
        _record(heart, 211, rate, carevue=True),
        *_draw_distractors(rng, sparse, NEONATAL_DISTRACTORS, error=-1, stopped=1),
    ]


def _discontinue(rng: np.random.Generator, parts: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Turn a few CareVue rows into rows without a number, most of them of a discontinued item."""
    for part in parts:
        empty = rng.random(len(part)) < P_NO_NUMBER
        part.loc[empty, "value"] = np.nan
        part.loc[empty & (rng.random(len(part)) < 0.8), "stopped"] = 2
    return parts


def _flag(rng: np.random.Generator, parts: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Flag a few MetaVision rows as errors; give some a warning, which says nothing about their quality."""
    for part in parts:
        wrong = rng.random(len(part)) < P_FLAGGED
        part.loc[wrong, "value"] = np.round(
            part.loc[wrong, "value"] * rng.uniform(0.3, 2.5, int(wrong.sum()))
        )
        part.loc[wrong, "error"] = 1
        part.loc[wrong, "spoiled"] = True
        part.loc[rng.random(len(part)) < P_WARNING, "warning"] = 1
    return parts


def _draw_distractors(
    rng: np.random.Generator, rounds: _Rounds, items: tuple[Distractor, ...], *, error: int, stopped: int
) -> list[pd.DataFrame]:
    parts = []
    for entry in items:
        when = _pick(rng, rounds, entry.share)
        if entry.texts:
            phrases = np.array([PHRASES.index(text) for text in entry.texts])
            content = {"text": phrases[rng.integers(0, len(phrases), len(when))]}
        else:
            content = {"value": np.round(entry.mean + entry.sd * rng.standard_normal(len(when)))}
        parts.append(
            make_rows(
                admission=when.admission,
                stay=when.stay,
                item=entry.item,
                seconds=when.seconds,
                error=error,
                warning=error,
                stopped=stopped,
                **content,
            )
        )
    return parts


def draw_last_rounds(rng: np.random.Generator, admissions: pd.DataFrame, stays: pd.DataFrame) -> pd.DataFrame:
    """Chart the zeros that are entered when a patient dies in intensive care, before the horizon."""
    last = stays.drop_duplicates("admission", keep="last")
    position = last["admission"].to_numpy()
    death = admissions["death_s"].to_numpy()[position]
    dies_here = (death == last["out_s"].to_numpy()) & (death < HORIZON_HOURS * HOUR)
    chosen = (
        dies_here & admissions["charted"].to_numpy()[position] & (rng.random(len(last)) < P_ZERO_AT_DEATH)
    )
    rounds = _Rounds(position[chosen], last["icustay_id"].to_numpy()[chosen], death[chosen])
    carevue = (last["system"].to_numpy() == "carevue")[chosen]
    parts = []
    for old, new in ((211, 220045), (51, 220050)):
        for mine, item in ((carevue, old), (~carevue, new)):
            zeros = _record(rounds.take(mine), item, np.zeros(int(mine.sum())), carevue=item == old)
            parts.append(zeros.assign(spoiled=True))
    return join_rows(parts)
