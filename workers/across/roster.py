"""The roster: who must report. A CSV file in, rows out; every error names the file's line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from schema.kinds import Level
from schema.tables import Issuer, RosterEntry
from workers.errors import FazhiError
from workers.report.segmentation.places import full_province
from workers.results.issuers import find_issuer

# Headings that people write, in any order; the first three are needed.
_COLUMNS = {
    "name": ("name", "填报单位", "单位", "单位名称", "名称"),
    "province": ("province", "省", "省份"),
    "level": ("level", "级别", "层级"),
    "county": ("county", "县", "县区", "区县"),
}
_NEEDED = ("name", "level")
_LEVELS = {
    Level.PROVINCE: ("省", "省级"),
    Level.CITY: ("市", "市级", "地市", "设区的市"),
    Level.COUNTY: ("县", "县级", "区", "区县", "县区"),
    Level.TOWNSHIP: ("乡镇", "镇", "乡", "街道", "乡级", "镇级", "乡镇街道"),
    Level.DEPARTMENT: ("部门", "委办局"),
}
# The longest official names have about forty characters; a longer cell is another column's text.
_LONGEST = 80
_MOST_SHOWN = 20
_MOST_BYTES = 50_000_000


class WrongLine(NamedTuple):
    """What is wrong with one line of a roster (0: with all of it), in both languages."""

    number: int
    en: str
    zh: str


class UnusableRoster(FazhiError):
    """This roster cannot be taken; nothing was changed."""

    def __init__(self, *wrong: WrongLine) -> None:
        self.wrong = wrong
        told = [f"line {one.number}: {one.en}" if one.number else one.en for one in wrong]
        if len(told) > _MOST_SHOWN:
            told[_MOST_SHOWN:] = [f"… and {len(told) - _MOST_SHOWN} more"]
        super().__init__("\n" + "\n".join(told))


class _Wrong(ValueError):
    """In English, in Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a roster."""

    name: str
    county: str | None
    province: str | None
    level: Level


def read_roster(path: Path) -> list[Entry]:
    """The entries of a CSV file, in UTF-8 or GB 18030. UnusableRoster with every wrong line."""
    if path.stat().st_size > _MOST_BYTES:
        raise UnusableRoster(_too_large())
    return parse_roster(path.read_bytes())


def parse_roster(data: bytes) -> list[Entry]:
    """The same of a file's bytes."""
    rows = _rows(_text(data))
    try:
        number, heading = next(rows, (1, []))
        columns = _columns(heading)
        found, wrong = [], []
        first_line: dict[tuple[str, str | None, str | None], int] = {}
        for number, cells in rows:
            try:
                entry = _entry_of(cells, columns)
                same = (entry.name, entry.county, entry.province)
                if first := first_line.get(same):
                    raise _Wrong(
                        f"{entry.name} stands on line {first} already",
                        f"{entry.name}在第 {first} 行已经有了",
                    )
                first_line[same] = number
                found.append(entry)
            except _Wrong as error:
                wrong.append(WrongLine(number, *error.args))
    except csv.Error as error:
        raise UnusableRoster(
            WrongLine(number + 1, str(error), f"这一行不是规范的 CSV（{error}）")
        ) from error
    if wrong:
        raise UnusableRoster(*wrong)
    return found


def make_entry(*, name: str, level: str, county: str = "", province: str = "") -> Entry:
    """One entry as a person types it. UnusableRoster where it is none."""
    cells = {"name": name, "level": level, "county": county, "province": province}
    try:
        return _entry({key: cell.strip() for key, cell in cells.items()})
    except _Wrong as error:
        raise UnusableRoster(WrongLine(0, *error.args)) from error


def save_roster(session: Session, entries: list[Entry], *, replace: bool = False) -> dict[str, int]:
    """Add new entries and update known ones; `replace` also removes all others.

    Returns how many of each.
    """
    before = {one.issuer_id: one.level for one in session.scalars(select(RosterEntry))}
    ids: dict[int, Level] = {}
    for entry in entries:
        ids[find_issuer(session, entry.name, entry.county, entry.province)] = entry.level
    for issuer_id, level in ids.items():
        row = insert(RosterEntry).values(issuer_id=issuer_id, level=level)
        again = {"level": level, "changed_at": func.clock_timestamp()}
        changed = RosterEntry.level != row.excluded.level
        session.execute(
            row.on_conflict_do_update(index_elements=["issuer_id"], set_=again, where=changed)
        )
    gone = set(before) - set(ids) if replace else set()
    if gone:
        session.execute(delete(RosterEntry).where(RosterEntry.issuer_id.in_(gone)))
    updated = sum(one in before and before[one] != level for one, level in ids.items())
    return {"added": len(set(ids) - set(before)), "updated": updated, "removed": len(gone)}


def list_roster(session: Session) -> list[Entry]:
    """Who is on the roster, by province, county and name."""
    query = (
        select(Issuer.name, Issuer.county, Issuer.province, RosterEntry.level)
        .join(RosterEntry, RosterEntry.issuer_id == Issuer.id)
        .order_by(Issuer.province, Issuer.county, Issuer.name)
    )
    return [Entry(**row) for row in session.execute(query).mappings()]


def remove_from_roster(session: Session, issuer_id: int) -> bool:
    """Whether it was there."""
    gone = delete(RosterEntry).filter_by(issuer_id=issuer_id).returning(RosterEntry.issuer_id)
    return session.scalar(gone) is not None


def _too_large() -> WrongLine:
    return WrongLine(
        0, f"It has more than {_MOST_BYTES:,} bytes.", f"文件超过 {_MOST_BYTES:,} 字节。"
    )


def _text(data: bytes) -> str:
    if len(data) > _MOST_BYTES:
        raise UnusableRoster(_too_large())
    for encoding in ("utf-8-sig", "gb18030"):  # what Excel writes, in two of its ways
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnusableRoster(
        WrongLine(
            0,
            "Its text is neither UTF-8 nor GB 18030: save it as CSV UTF-8.",
            "文字既不是 UTF-8 也不是 GB 18030：请另存为“CSV UTF-8”。",
        )
    )


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with the number of its last line."""
    reader = csv.reader(io.StringIO(text, newline=""))
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _columns(heading: list[str]) -> Mapping[str, int]:
    written = [cell.strip().lower() for cell in heading]
    found = {
        name: at
        for name, ways in _COLUMNS.items()
        for at, cell in enumerate(written)
        if cell in ways
    }
    missing = [name for name in _NEEDED if name not in found]
    if missing:
        lacks = ", ".join(f"{name} ({_COLUMNS[name][1]})" for name in missing)
        raise UnusableRoster(
            WrongLine(
                1,
                f"the heading must name the columns; it lacks {lacks}.",
                f"表头要写明各列的名称，缺少：{'、'.join(_COLUMNS[name][1] for name in missing)}。",
            )
        )
    return found


def _entry_of(cells: list[str], columns: Mapping[str, int]) -> Entry:
    return _entry(
        {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
    )


def _entry(cells: Mapping[str, str]) -> Entry:
    for name, cell in cells.items():
        if len(cell) > _LONGEST or not cell.isprintable():
            raise _Wrong(
                f"{name} is longer than {_LONGEST} characters or holds signs that no name has",
                f"“{_COLUMNS[name][1]}”超过 {_LONGEST} 个字符，或有名称里不会有的符号",
            )
    if not cells["name"]:
        raise _Wrong("the name is empty", "单位名称是空的")
    level = next(
        (level for level, ways in _LEVELS.items() if cells["level"].lower() in (level, *ways)), None
    )
    if level is None:
        known = "、".join(ways[0] for ways in _LEVELS.values())
        raise _Wrong(
            f"the level {cells['level']!r} is none of {', '.join(Level)} ({known})",
            f"级别“{cells['level']}”不是{known}之一",
        )
    province = cells.get("province") or None
    return Entry(
        name=cells["name"],
        county=cells.get("county") or None,
        province=full_province(province) if province else None,
        level=level,
    )
