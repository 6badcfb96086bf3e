"""The roster: who must report. A CSV file in, rows out; every error names the file's line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

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


class UnusableRoster(FazhiError):
    """This roster cannot be taken; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a roster."""

    name: str
    county: str | None
    province: str | None
    level: Level


def read_roster(path: Path) -> list[Entry]:
    """The entries of a CSV file, in UTF-8 or GB 18030. UnusableRoster with every wrong line."""
    rows = _rows(_text(path))
    try:
        number, heading = next(rows, (0, []))
        columns = _columns(heading)
        found, wrong = [], []
        first_line: dict[tuple[str, str | None, str | None], int] = {}
        for number, cells in rows:
            try:
                entry = _entry(
                    {
                        name: cells[at].strip() if at < len(cells) else ""
                        for name, at in columns.items()
                    }
                )
                same = (entry.name, entry.county, entry.province)
                if same in first_line:
                    raise ValueError(f"{entry.name} stands on line {first_line[same]} already")
                first_line[same] = number
                found.append(entry)
            except ValueError as error:
                wrong.append(f"line {number}: {error}")
    except csv.Error as error:
        raise UnusableRoster(f"line {number + 1}: {error}") from error
    if wrong:
        more = f"\n… and {len(wrong) - _MOST_SHOWN} more" if len(wrong) > _MOST_SHOWN else ""
        raise UnusableRoster("\n" + "\n".join(wrong[:_MOST_SHOWN]) + more)
    return found


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


def _text(path: Path) -> str:
    if path.stat().st_size > _MOST_BYTES:
        raise UnusableRoster(f"It has more than {_MOST_BYTES:,} bytes.")
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):  # what Excel writes, in two of its ways
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnusableRoster("Its text is neither UTF-8 nor GB 18030: save it as CSV UTF-8.")


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
    missing = [f"{name} ({_COLUMNS[name][1]})" for name in _NEEDED if name not in found]
    if missing:
        raise UnusableRoster(
            f"line 1: the heading must name the columns; it lacks {', '.join(missing)}."
        )
    return found


def _entry(cells: Mapping[str, str]) -> Entry:
    for name, cell in cells.items():
        if len(cell) > _LONGEST or not cell.isprintable():
            raise ValueError(
                f"{name} is longer than {_LONGEST} characters or holds signs that no name has"
            )
    if not cells["name"]:
        raise ValueError("the name is empty")
    level = next(
        (level for level, ways in _LEVELS.items() if cells["level"].lower() in (level, *ways)), None
    )
    if level is None:
        known = "、".join(ways[0] for ways in _LEVELS.values())
        raise ValueError(f"the level {cells['level']!r} is none of {', '.join(Level)} ({known})")
    province = cells.get("province") or None
    return Entry(
        name=cells["name"],
        county=cells.get("county") or None,
        province=full_province(province) if province else None,
        level=level,
    )
