"""Explains what is wrong in a text that `tomllib` rejects, in words for its author.

A parser says what it expected, and often only where it noticed. Here the usual slips are repaired
one by one, each on the line where it was made: the first repair that makes the line valid shows
what was meant. Reading goes on with the repair in place, so that all slips of a file are reported
at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import NamedTuple

from .bounds import excess

AT_ONCE = 12
"""Slips that are reported; after more, repairs are guesses upon guesses."""

_AT_LINE = re.compile(r"\s*\(at line (\d+), column (\d+)\)$")
_AT_END = re.compile(r"\s*\(at end of document\)$")


class Slip(NamedTuple):
    """One thing to fix."""

    line: int
    """From 1."""
    message: str
    """What is wrong and, if known, what would be right."""


def slips(text: str) -> list[Slip]:
    """What is wrong in `text`, line by line; [] if it is valid TOML."""
    lines = text.replace("\r\n", "\n").split("\n")
    found: list[Slip] = []
    while len(found) < AT_ONCE:
        whole = "\n".join(lines)
        # A repair may produce something that exceeds the limits.
        error = _error(whole) if excess(whole) is None else None
        if error is None:
            break
        slip, repaired = _judged(lines, error)
        found.append(slip._replace(message=_printable(slip.message)))
        if all(lines[n - 1] == line for n, line in repaired.items()):
            break
        for n, line in repaired.items():
            lines[n - 1] = line
    return sorted(set(found))


def _printable(message: str) -> str:
    """`message`, in which a line or a name may be quoted, without signs that command a terminal."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in message)


def _error(text: str) -> str | None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return str(error)
    return None


_Repaired = dict[int, str]
"""Repaired lines by number; empty if there is no repair."""


def _judged(lines: list[str], error: str) -> tuple[Slip, _Repaired]:
    """The first slip, and the repaired lines."""
    at = _AT_LINE.search(error)
    last = max((n for n, line in enumerate(lines, 1) if line.strip()), default=1)
    noticed = min(int(at[1]), len(lines)) if at else last
    opened = _opened(lines, noticed, last if at is None else 0)
    if opened is not None and (slip := _left_open(lines, opened)) is not None:
        return slip
    line = lines[noticed - 1]
    problem = _AT_END.sub("", _AT_LINE.sub("", error))
    if "twice" in problem or "overwrite" in problem or "mutate" in problem:
        return _repeated(lines, noticed)
    if len(line) > _LONGEST:
        return Slip(noticed, f"this line is not TOML: {problem}"), {}
    # A line of a list over several lines holds some of its values.
    frame = ("x = [\n", "\n]") if opened is not None else ("", "")
    if opened is not None and _valid(frame, line):
        before = max((n for n in range(1, noticed) if _split(lines[n - 1])[0].strip()), default=1)
        bare, comment = _split(lines[before - 1])
        repaired = f"{bare.rstrip()},{comment and '  ' + comment}"
        return Slip(before, "a comma is missing after this value"), {before: repaired}
    for repair in _REPAIRS:
        changed = repair.made(line)
        if changed is not None and changed != line and _valid(frame, changed):
            bare, comment = _split(changed)
            # An unchanged comment is not part of the problem.
            same = comment and comment == _split(line)[1]
            shown = " ".join((bare if same else changed).split())
            if not shown:
                shown = ", and nothing else; take it out"
            else:
                # Whoever can't see a sign can't write it, and it may command the terminal.
                fits = len(shown) <= _SHOWN and "\n" not in changed and shown.isprintable()
                shown = f"; write: {shown}" if fits else ""
            return Slip(noticed, f"{repair.told}{shown}"), {noticed: changed}
    bare = _STRAIGHT.sub("", _split(line)[0])
    if re.fullmatch(r"\s*[\w-]+\s*=\s*", bare):
        message = "there is no value after the =; write one, or take the line out"
        return Slip(noticed, message), {noticed: f"#{line}"}
    if bare.count("{") > bare.count("}"):
        return Slip(noticed, _BRACES), {}
    return Slip(noticed, f"this line is not TOML: {problem}"), {}


_SHOWN = 100
"""Characters of a repaired line; a longer one is not shown."""

_LONGEST = 2000
"""Characters of a line; a longer one is not repaired."""

_BRACES = "a table in braces goes on one line; or head it with its name in [brackets]"


def _valid(frame: tuple[str, str], line: str) -> bool:
    return _error(frame[0] + line + frame[1]) is None


# --- what is still open ----------------------------------------------------------------------

_TOKEN = re.compile(
    r'#[^\n]*|"""(?:[^\\]|\\.)*?"""|' + r"'''.*?'''" + r'|"""|' + r"'''"
    r'|"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'" + r"|[][{}\n\"']",
    re.DOTALL,
)
_STATEMENT = re.compile(r"\s*(?:[\w.-]+\s*=|\[\[?\s*[A-Za-z][\w.-]*\s*\]\]?\s*(?:#.*)?$)")


class _Opened(NamedTuple):
    """A bracket or a multi-line string that was open where the parser stopped."""

    sign: str
    line: int
    followed: int
    """The last line before the next statement; 0 if the value may continue."""


def _opened(lines: list[str], until: int, last: int) -> _Opened | None:
    """What was opened before line `until` and is still open there; or in it, if it is `last`."""
    line = 1
    open_: list[tuple[str, int]] = []
    text = "\n".join(lines)
    at = 0
    while token := _TOKEN.search(text, at):
        sign = token[0]
        at = token.end()
        if sign in ('"""', "'''"):
            return _Opened(sign, line, last or until) if line <= until else None
        if sign == "\n":
            line += 1
            if open_ and line <= len(lines) and _STATEMENT.match(lines[line - 1]):
                return _Opened(*open_[0], line - 1) if line <= until else None
            if line >= until and not last:
                break
        elif sign in ('"', "'"):
            at = text.find("\n", at) % (len(text) + 1)  # never closed
        elif sign in ("[", "{"):
            open_.append((sign, line))
        elif sign in ("]", "}") and open_:
            open_.pop()
        else:
            line += sign.count("\n")
            if line > until:
                break
    if not open_ or (open_[0][1] >= until and not last):
        return None
    return _Opened(*open_[0], last)


def _left_open(lines: list[str], opened: _Opened) -> tuple[Slip, _Repaired] | None:
    """The slip of an unclosed value, if that is what is wrong."""
    sign = opened.sign
    if sign not in ("[", "{"):
        message = f"the text that {sign} opens here is never closed; end it with {sign} again"
        return Slip(opened.line, message), {}
    if sign == "{":
        return Slip(opened.line, _BRACES), {}
    if not opened.followed:
        return None
    here = range(opened.line, opened.followed + 1)
    end = max(n for n in here if n == opened.line or _split(lines[n - 1])[0].strip())
    bare, comment = _split(lines[end - 1])
    closed = f"{bare.rstrip()}]{comment and '  ' + comment}"
    message = 'the list that "[" opens here is never closed; end it with "]"'
    return Slip(opened.line, message), {end: closed}


# --- what stands there twice ------------------------------------------------------------------

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_PAIR = re.compile(r"""\s*([\w-]+|"[^"]*"|'[^']*')\s*[.=]""")


def _repeated(lines: list[str], at: int) -> tuple[Slip, _Repaired]:
    """The slip of a key or table that is defined twice."""
    header = _HEADER.match(lines[at - 1])
    if header is not None:
        return _headed_again(lines, at, header[2])
    found = _PAIR.match(lines[at - 1])
    if found is None:
        return Slip(at, "this key has a value already"), {at: f"#{lines[at - 1]}"}
    same: list[int] = []
    for n, line in enumerate(lines[: at - 1], 1):
        if _HEADER.match(line):
            same.clear()  # keys of another table
        elif (other := _PAIR.match(line)) and other[1] == found[1]:
            same.append(n)
    where = f"the first is in line {same[0]}" if same else "has a value already"
    message = f'"{found[1]}" is here a second time, {where}; take one of them out'
    return Slip(at, message), {at: f"#{lines[at - 1]}"}


def _headed_again(lines: list[str], at: int, name: str) -> tuple[Slip, _Repaired]:
    """The slip of a table `name`, with a header in line `at`, that is defined already."""
    headers = {n: h[1] for n, line in enumerate(lines, 1) if (h := _HEADER.match(line))
               if h[2] == name}  # fmt: skip
    first = min(headers)
    if first == at:
        return Slip(at, f"there is no room for [{name}]: {name} has a value already"), {}
    single = [n for n, brackets in headers.items() if brackets == "["]
    several = f"[[{name}]]"
    repaired = dict.fromkeys(single, several)
    if len(single) < len(headers):
        message = f"where there are several, each is headed with two brackets: {several}"
        return Slip(single[0], message), repaired
    message = (
        f"[{name}] is in line {first} already; where there may be several, head each with two "
        f"brackets, {several}; else put them together"
    )
    return Slip(at, message), repaired


# --- repairs ----------------------------------------------------------------------------------


class _Repair(NamedTuple):
    told: str
    made: Callable[[str], str | None]
    """The repaired line, None if it has no such slip."""


_CURLY = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"') | dict.fromkeys("‘’‚‛′＇", "'"))
_ODD = str.maketrans(
    dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\u3000", " ")
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", None)
    | {"＝": "=", "，": ",", "．": ".", "［": "[", "］": "]", "－": "-", "\u2212": "-"}
)
_STRAIGHT = re.compile(r'"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'")


def _outside(line: str, table: Mapping[int, str | None]) -> str:
    """`line` with characters replaced outside of straight quotes."""
    ends = [0]
    for found in _STRAIGHT.finditer(line):
        ends += found.span()
    ends.append(len(line))
    pieces = [line[a:b] for a, b in pairwise(ends)]
    return "".join(p if n % 2 else p.translate(table) for n, p in enumerate(pieces))


def _split(line: str) -> tuple[str, str]:
    """A line without its comment, and the comment."""
    for token in () if len(line) > _LONGEST else _TOKEN.finditer(line):
        if token[0].startswith("#"):
            return line[: token.start()], token[0]
    return line, ""


def _value(change: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """Apply a repair to the value after the `=`."""

    def made(line: str) -> str | None:
        found = re.fullmatch(r"(\s*[\w.-]+\s*=\s*)(.*?)\s*", line)
        if found is None or not found[2]:
            return None
        bare, comment = _split(found[2])
        changed = change(bare.rstrip())
        return None if changed is None else f"{found[1]}{changed}{comment and '  ' + comment}"

    return made


def _in_lists(change: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """Apply a repair to each value of a list, or of one of its lines."""

    def made(line: str) -> str | None:
        head = re.match(r"\s*(?:[\w.-]+\s*=\s*)?\[?\s*", line)
        assert head is not None
        bare, comment = _split(line[head.end() :])
        tail = re.search(r"[\s,\]]*$", bare)
        assert tail is not None
        parts = re.split(r"\s*,\s*", bare[: tail.start()])
        changed = [_changed(part, change) for part in parts]
        return f"{head[0]}{', '.join(changed)}{tail[0]}{comment}"

    return made


def _changed(part: str, change: Callable[[str], str | None]) -> str:
    if not part or _valid(("x = ", ""), part):
        return part
    return change(part) or part


def _sub(
    pattern: str, instead: str | Callable[[re.Match[str]], str]
) -> Callable[[str], str | None]:
    def made(line: str) -> str | None:
        changed, n = re.subn(pattern, instead, line, count=1)
        return changed if n else None

    return made


_YES = {
    "yes": "true",
    "on": "true",
    "true": "true",
    "no": "false",
    "off": "false",
    "false": "false",
}


def _boolean(value: str) -> str | None:
    return _YES.get(value.casefold())


def _decimal(value: str) -> str | None:
    found = re.fullmatch(r"([+-]?\d+),(\d+)", value)
    return f"{found[1]}.{found[2]}" if found else None


def _number(value: str) -> str | None:
    """05, .5 and 5. as TOML writes them."""
    found = re.fullmatch(r"([+-]?)0*(\d*)(\.?)(\d*)", value)
    if not found or not (found[2] or found[4]):
        return None
    fraction = f".{found[4] or '0'}" if found[3] and found[4] else ""
    return f"{found[1]}{found[2] or '0'}{fraction}"


def _weight(value: str) -> str | None:
    return f'"{value}"' if re.fullmatch(r"\d+([.,]\d+)?\s*(kg|lb)s?", value, re.I) else None


def _unit(value: str) -> str | None:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*[A-Za-z%]+\.?", value)
    return found[1] if found else None


def _unclosed(line: str) -> str | None:
    """Add a closing quote where the text seems to end."""
    head = _STRAIGHT.sub(lambda found: "_" * len(found[0]), line)
    at = re.search(r"[\"']", head)
    if at is None:
        return None
    rest = line[at.start() :]
    for tail in (r"\s*\]?,?\s*#.*$", r"\s*\]\s*,?\s*$", r"\s*,\s*$", r"\s*$"):
        found = re.search(tail, rest)
        if found is not None and found.start() > 0:
            return line[: at.start()] + rest[: found.start()] + at[0] + rest[found.start() :]
    return None


def _inner(value: str) -> str | None:
    if len(value) > 2 and value[0] == value[-1] == '"':
        return '"' + re.sub(r'(?<!\\)"', r'\\"', value[1:-1]) + '"'
    if len(value) > 2 and value[0] == value[-1] == "'" and '"' not in value:
        return f'"{value[1:-1]}"'
    return None


def _backslash(line: str) -> str:
    return re.sub(r'\\(?![\\"])', r"\\\\", line)


def _quoted(value: str) -> str | None:
    # "{done} reps" is a text, { a = 1 } is not.
    if value[:1] in "\"'[(" or re.match(r"{\s*[^\w}]|{[^}]*=", value):
        return None
    return None if '"' in value or "\\" in value else f'"{value}"'


_LATIN = str.maketrans("асеіјорѕухαορν", "aceijopsyxaopv")
"""Cyrillic and Greek letters that look like Latin ones."""


def _key(line: str) -> str | None:
    found = re.fullmatch(r"(\s*)([^=\[\]\"'#]+?)(\s*=.*)", line)
    if found is None:
        return None
    name = found[2]
    joined = "_".join(name.translate(_LATIN).replace(".", " ").split())
    return f"{found[1]}{joined if joined.isascii() else _both(name)}{found[3]}"


def _both(name: str) -> str:
    return f'"{name}"'


def _pairs(line: str) -> str | None:
    """Put two pairs on one line each on its own line."""
    found = re.fullmatch(r"(\s*[\w-]+\s*=\s*[^=]+?)[\s,;]+([\w-]+\s*=.+)", line)
    return f"{found[1]}\n{found[2]}" if found else None


def _headed(line: str) -> str | None:
    found = re.fullmatch(r"\s*(\[\[?)\s*([^\[\]#]+?)\s*[\])}]*\s*(#.*)?", line)
    if found is None or "=" in found[2]:
        return None
    name = re.sub(r"[\s:/]+", ".", found[2].strip())
    return f"{found[1]}{name}{']' * len(found[1])}{'  ' + found[3] if found[3] else ''}"


_REPAIRS = (
    _Repair(
        "a sign here only looks like a space, a comma or the like",
        lambda line: _outside(line, _ODD),
    ),
    _Repair(
        "an invisible control character is in this line",
        _sub(r"[\x00-\x08\x0b-\x1f\x7f]+", ""),
    ),
    _Repair("these quotes are curly, not straight", lambda line: _outside(line, _CURLY)),
    _Repair("the brackets of this header don't match", _headed),
    _Repair("a comment begins with #", _sub(r"(^|\s)(//|--|;|%|/\*|<!--)\s*(?=.)", r"\1# ")),
    _Repair("a key is followed by a =", _sub(r"^(\s*[\w.-]+)\s*(?::=|==|=>|->|:)\s*", r"\1 = ")),
    _Repair(
        "a = goes between a key and its value",
        _sub(r"^(\s*[\w.-]+)\s+(?=[\"'\[{\d])", r"\1 = "),
    ),
    _Repair("expected true or false, in small letters", _value(_boolean)),
    _Repair("decimals use a point", _value(_decimal)),
    _Repair("a number is written like 5, 0.5 or 12.25", _value(_number)),
    _Repair(
        "a line ends with its value, with nothing after it",
        _sub(r"\s*[;,.]\s*(#.*)?$", r"  \1"),
    ),
    _Repair('a weight is a text and goes in "quotes"', _value(_weight)),
    _Repair('a weight is a text and goes in "quotes"', _in_lists(_weight)),
    _Repair("each key goes on a line of its own", _pairs),
    _Repair("a number goes without its unit", _value(_unit)),
    _Repair("a list goes in [square brackets]", _value(_sub(r"^[({](.*)[)}]$", r"[\1]"))),
    _Repair("no comma goes after the last value in braces", _sub(r",\s*}", " }")),
    _Repair("commas go between the values of a list", _sub(r"([\"'])[\s;]+(?=[\"'])", r"\1, ")),
    _Repair("a quote that is opened here is not closed on the same line", _unclosed),
    _Repair('a " inside a text needs a \\ before it', _value(_inner)),
    _Repair("a \\ in a text is written twice", _backslash),
    _Repair('a text goes in "quotes"', _value(_quoted)),
    _Repair('a text goes in "quotes"', _in_lists(_quoted)),
    _Repair('a key is one word in plain letters, or goes in "quotes"', _key),
)
"""Common slips, the most likely first."""
