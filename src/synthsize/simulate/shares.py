"""What the simulated hospital is calibrated to: shares among adult admissions of MIMIC-III v1.4.

Latest admission per patient: 5,744 deaths, 3,197 with a code of severe sepsis or septic shock and 2,028 with septic
shock, of 38,637.
"""

DEATH_SHARE = 5744 / 38637
SEPSIS_SHARE = 3197 / 38637
SHOCK_SHARE = 2028 / 38637
ADULT_SHARE = 0.85  # of all admissions, a little under what is drawn; the others are newborns
