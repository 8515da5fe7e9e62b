"""Text whose letters are scrambled for readers without a subscription: each letter stands for another one, or is drawn by lot.

Such text keeps its spaces and punctuation, and only a script of the site makes it readable. It is known by its letters: in all languages in
Latin script e, a, i, n and r are frequent, and j, q, w and x are rare.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas.safe_text import normalize

_FEWEST_LETTERS = 120
"""Letters of a line that shows which letters are frequent."""
_LEAST_LIKENESS = 0.3
"""Of 11,478 lines of real articles the least likeness is 0.47. Of 95 % of lines whose letters are shifted by one it is 0.16 or less."""
_LATIN = 0.9
_OTHERS = re.compile(r"[^\x00-\x7f]+")
_PERCENTAGES = (
    *(9.5, 1.6, 2.8, 4.2, 12.5, 1.3, 2.0, 2.6, 7.5, 0.9, 2.2, 4.5, 3.0),
    *(7.5, 6.5, 2.5, 0.5, 6.5, 6.3, 6.5, 3.8, 1.7, 1.2, 0.2, 1.0, 1.2),
)
"""Those of a to z, in the mean of a dozen languages."""
_USUAL = np.array(_PERCENTAGES) - sum(_PERCENTAGES) / len(_PERCENTAGES)


def without_scrambled(body: str) -> str:
    """The body up to its first scrambled line, if all that follows is scrambled too. Short lines just before it go with it."""
    lines = body.split("\n")
    first = next((place for place, line in enumerate(lines) if is_scrambled(line)), None)
    if first is None or not is_scrambled(" ".join(lines[first:])):
        return body
    while first and len(lines[first - 1]) < _FEWEST_LETTERS:
        first -= 1
    return "\n".join(lines[:first])


def is_scrambled(line: str) -> bool:
    """True for a line of 120 letters or more, nearly all Latin, whose frequent letters are not those of any language."""
    likeness = letter_likeness(line)
    return likeness is not None and likeness < _LEAST_LIKENESS


def letter_likeness(line: str) -> float | None:
    """Correlation of a line's letters with the usual ones, -1 to 1; None if it has too few letters, or letters of another script."""
    if len(line) < _FEWEST_LETTERS:
        return None
    text = normalize("NFKD", line.casefold())
    codes = np.frombuffer(text.encode("ascii", "ignore"), np.uint8)
    found = np.bincount(codes, minlength=128)[ord("a") : ord("z") + 1]
    latin = int(found.sum())
    if latin < _FEWEST_LETTERS:
        return None
    others = 0 if text.isascii() else sum(map(str.isalpha, "".join(_OTHERS.findall(text))))
    if latin < _LATIN * (latin + others):
        return None
    return _correlation(found - latin / len(found), _USUAL)


def _correlation(some: NDArray[Any], others: NDArray[Any]) -> float:
    """That of two series whose mean is 0."""
    size = math.sqrt(float(some @ some) * float(others @ others))
    return float(some @ others) / size if size else 0.0
