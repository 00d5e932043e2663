"""The months as Hevy writes them: in the language of the phone, or of whoever it belongs to.

A table and not a library: what babel knows of dates is some 30 MB for some hundred names, and it
formats dates but reads none of these. The tests hold the table against babel's. A name is known by
its beginning, for each program shortens it in its own way ("sept.", "set", "Sep"), and by no
beginning that two months have ("jui" of juin and juillet).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""As Hevy's files from an English phone have them."""

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
"""Of one language more, no name may begin like another month's here: "listopad" is November in
Polish and October in Croatian, so both are asked to be put right."""

_CHINESE = tuple(f"{digits}月" for digits in (*"一二三四五六七八九十", "十一", "十二"))
_SHORTEST = 3


def _plain(name: str) -> str:
    """Without case and accents: "FÉV" is "fev". The one language that these part, Turkish, has
    no two months that only they tell apart."""
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
