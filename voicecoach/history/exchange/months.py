"""The months as Hevy writes them, in the phone's language.

A table and not a library: babel has some 30 MB of data for some hundred names, and formats dates
but does not parse these. The tests compare the table with babel's. A name is recognised by its
beginning, because each program abbreviates differently ("sept.", "set", "Sep"). A beginning that
two months share ("jui" of juin and juillet) is not recognised.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""As Hevy writes them on an English phone."""

_NAMES = (
    # en, de, fr; es, pt, it; nl, sv, da, nb; tr; ru, alone and behind a day
    "january januar janvier enero janeiro gennaio januari jänner ocak январь января",
    "february februar février febrero fevereiro febbraio februari şubat февраль февраля",
    "march märz mrz mars marzo março maart mrt marts mart март марта",
    "april avril abril aprile nisan апрель апреля",
    "may mai mayo maio maggio mei maj mayıs май мая",
    "june juni juin junio junho giugno haziran июнь июня",
    "july juli juillet julio julho luglio temmuz июль июля",
    "august août agosto augustus augusti ağustos август августа",
    "september septembre septiembre setembro settembre eylül сентябрь сентября",
    "october oktober octobre octubre outubro ottobre ekim октябрь октября",
    "november novembre noviembre novembro kasım ноябрь ноября",
    "december dezember décembre diciembre dezembro dicembre desember aralık декабрь декабря",
)
"""In a new language, no name may begin like another month's here. "Listopad" is November in Polish
and October in Croatian, so the user has to correct the dates in both."""

_CHINESE = tuple(f"{digits}月" for digits in (*"一二三四五六七八九十", "十一", "十二"))
_SHORTEST = 3


def _plain(name: str) -> str:
    """Without case and accents: "FÉV" is "fev". Turkish treats these as other letters, but no two
    of its months differ only in them."""
    parts = unicodedata.normalize("NFD", name.casefold().replace("ı", "i"))
    return "".join(each for each in parts if not unicodedata.combining(each))


_PLAIN = tuple(tuple(_plain(name) for name in names.split()) for names in _NAMES)


@lru_cache(maxsize=256)
def month_of(name: str) -> int | None:
    """1 to 12 for a month's name or its beginning, for `4月` or `4월`; None for anything else."""
    if match := re.fullmatch(r"(\d{1,2})[月월]", name, re.ASCII):
        return int(match[1]) if 1 <= int(match[1]) <= 12 else None
    if name in _CHINESE:
        return _CHINESE.index(name) + 1
    plain = _plain(name).rstrip(".")
    if len(plain) < _SHORTEST:
        return None
    meant = {
        number
        for number, names in enumerate(_PLAIN, start=1)
        if any(each.startswith(plain) for each in names)
    }
    exact = {number for number, names in enumerate(_PLAIN, start=1) if plain in names}
    found = exact or meant
    return found.pop() if len(found) == 1 else None
