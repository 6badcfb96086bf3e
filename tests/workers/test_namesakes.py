"""Towns of one name in several counties: which county a report is from may stand in the names of
its file, folder or archive alone.
"""

import random
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select

from schema.tables import Finding, Issuer, PanelFigure, Report
from tests.chaos.reports import archive, report_text
from tests.workers.test_containers import System, system  # noqa: F401 (a fixture)
from workers.across.nightly import compare_anew
from workers.across.subjects import same_body
from workers.report.finding_kinds import FindingKind
from workers.report.model import KnownBy

TOWNS, YEARS = ("松坪镇", "兰汀镇", "云栖镇"), (2023, 2024)


def report(town: str, year: int, seed: int) -> bytes:
    """A report that names no county, with figures of its own."""
    text = report_text(0, random.Random(seed)).replace("松涧松镇", town)
    return text.replace("2020年", f"{year + 1}年").replace("2019年", f"{year}年").encode()


def of_county(county: str, town: str, year: int, seed: int) -> bytes:
    """One that says its county."""
    said, named = f"{year}年，{town}", f"{year}年，{county}{town}"
    return report(town, year, seed).replace(said.encode(), named.encode())


@pytest.fixture
def three_counties(system: System) -> System:  # noqa: F811
    """One in a folder for each year, one by the names of its files, one in an archive."""
    packed = {}
    for at, (town, year) in enumerate((town, year) for town in TOWNS for year in YEARS):
        system.bench.drop(f"{year}/重庆市榆湾区/{town}.txt", report(town, year, at))
        system.bench.drop(f"望溪区{town}{year}.txt", report(town, year, 100 + at))
        packed[f"{year}年/{town}.txt"] = report(town, year, 200 + at)
    system.bench.drop("平沙县年报.zip", archive(packed))
    system.work_off()
    return system


def test_towns_of_one_name_in_three_counties_are_nine_bodies(three_counties: System) -> None:
    with three_counties.ledger.transaction() as session:
        issuers = {one.id: one for one in session.scalars(select(Issuer))}
        counties = ("榆湾区", "望溪区", "平沙县")
        assert sorted((one.name[:3], one.county) for one in issuers.values()) == sorted(
            (town, county) for town in TOWNS for county in counties
        )
        assert all(same_body(session, one) == [one] for one in issuers)
        known = Counter(session.scalars(select(Report.known_by)))
        assert known == {KnownBy.FOLDER: 12, KnownBy.FILE: 6}
        provinces = select(Report.county).where(Report.province == "重庆市")
        assert {*session.scalars(provinces)} == {"榆湾区"}
        told = select(Finding.kind).where(Finding.across, Finding.present)
        assert FindingKind.CONFLICTING_RESUBMISSION not in set(session.scalars(told))
        pairs = func.count(PanelFigure.document_id.distinct())
        assert session.scalar(select(pairs)) == len(TOWNS) * len(YEARS) * len(counties)


def test_body_of_no_known_county_is_one_with_those_of_its_folder(system: System) -> None:  # noqa: F811
    system.bench.drop("甲/2023/松坪镇.txt", report("松坪镇", 2023, 1))
    system.bench.drop("甲/2024/松坪镇.txt", report("松坪镇", 2024, 2))
    system.bench.drop("乙/松坪镇.txt", report("松坪镇", 2024, 3))
    system.bench.drop("丙/松坪镇.txt", report("松坪镇", 2024, 4))
    system.work_off()
    with system.ledger.transaction() as session:
        issuers = {one.folder: one.id for one in session.scalars(select(Issuer))}
        assert issuers.keys() == {"甲", "乙", "丙"}
        assert not session.scalar(
            select(func.count()).where(Finding.kind == FindingKind.CONFLICTING_RESUBMISSION)
        )
        years = select(Report.year).where(Report.issuer_id == issuers["甲"])
        assert sorted(filter(None, session.scalars(years))) == [2023, 2024]
    system.bench.drop("丙/松坪镇2022.txt", of_county("榆湾县", "松坪镇", 2022, 5))
    system.work_off()
    with system.ledger.transaction() as session:
        placed = session.scalars(select(Issuer.id).where(Issuer.county == "榆湾县")).one()
        assert same_body(session, placed) == [issuers["丙"], placed]
        assert same_body(session, issuers["乙"]) == [issuers["乙"]]


def test_county_is_that_of_the_other_reports_of_the_folder_while_they_agree(
    system: System,  # noqa: F811
) -> None:
    def known() -> list[tuple[str | None, KnownBy | None]]:
        compare_anew(system.ledger, date(2025, 1, 1))
        with system.ledger.transaction() as session:
            quiet = (Report.document_id, Report.county, Report.known_by)
            rows = session.execute(select(*quiet).order_by(Report.document_id)).all()
            of_it = select(Issuer.county).join(Report, Report.issuer_id == Issuer.id)
            stored = session.scalars(of_it.order_by(Report.document_id)).all()
            assert stored == [row.county for row in rows]
            return [(row.county, row.known_by) for row in rows]

    said, neighbours = ("榆湾县", KnownBy.TEXT), ("榆湾县", KnownBy.NEIGHBOURS)
    for at, town in enumerate(TOWNS[:2]):
        system.drop(f"收到/{town}.txt", of_county("榆湾县", town, 2024, at))
    system.drop("收到/云栖镇.txt", report("云栖镇", 2024, 5))
    assert known() == [said, said, neighbours]
    system.drop("收到/竹汀镇.txt", of_county("望溪县", "竹汀镇", 2024, 6))
    assert known() == [said, said, (None, None), ("望溪县", KnownBy.TEXT)]
