"""teach: the figures without a sure name, in groups, and what you say of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from workers.commands import as_json_option, connected, print_json
from workers.commands.review_options import who_option
from workers.desk import teaching
from workers.desk.teaching import LessonLine, TeachGroup, group_name
from workers.errors import NoSuchLesson, TeachingError
from workers.ledger import Ledger
from workers.report.catalogue import as_yaml
from workers.results.lessons import follow_lessons
from workers.stages.teaching import try_lesson

NOTHING = "nothing"


@click.command()
@as_json_option
@click.argument("group", required=False)
@click.argument("code", required=False)
@click.option("--take", is_flag=True, help="Put the entry in force and read anew.")
@click.option("--undo", type=click.IntRange(1), metavar="ENTRY", help="Take this entry back.")
@click.option("--history", is_flag=True, help="Who taught what, and when.")
@click.option("--every", is_flag=True, help="Also the figures that are known to have no indicator.")
@click.option("--limit", type=click.IntRange(1), default=30, show_default=True)
@who_option
def teach(
    group: str | None, code: str | None, undo: int | None, limit: int, who: str, *,
    take: bool, history: bool, every: bool, as_lines: bool,
) -> None:  # fmt: skip
    """Say what the figures without a sure name are about, a whole group at a time.

    Without arguments: the groups of the stored reports by unit, noun and verb, the largest first.
    With GROUP and a CODE of the catalogue, or `nothing`: the entry that would be added to your
    catalogue, and what it would change. With --take too: it is added, and the reports are read
    anew.

    \b
    Example:  fazhi teach
              fazhi teach 次/上门服务/提供 nothing
              fazhi teach 次/上门服务/提供 publicity.events --take
              fazhi teach --undo 3
    """
    if (group is None) != (code is None) or (take and group is None):
        raise click.UsageError("Say both: the group and its code, or `nothing`.")
    if sum(map(bool, (group, undo, history))) > 1:
        raise click.UsageError("One of: a group, --undo, --history.")
    with connected() as (chosen, ledger), _told_in_both_languages():
        follow_lessons(ledger, chosen)
        if undo:
            _tell_reading(teaching.undo_lesson(ledger, undo, who=who), undo, as_lines=as_lines)
        elif history:
            _tell_history(teaching.list_lessons(ledger), as_lines=as_lines)
        elif group and code:
            _teach_group(ledger, group, code, who=who, take=take, as_lines=as_lines)
        else:
            scope = teaching.Scope.UNNAMED if every else teaching.Scope.UNSURE
            _tell_groups(teaching.list_groups(ledger, scope)[:limit], as_lines=as_lines)


@contextmanager
def _told_in_both_languages() -> Iterator[None]:
    try:
        yield
    except TeachingError as error:
        raise click.ClickException(error.notice) from error


def _teach_group(
    ledger: Ledger, group: str, code: str, *, who: str, take: bool, as_lines: bool
) -> None:
    found = teaching.find_group(ledger, teaching.read_group(group))
    number = teaching.propose_lesson(ledger, found, None if code == NOTHING else code, who=who)
    try_lesson(ledger, number)
    lesson = teaching.find_lesson(ledger, number)
    if as_lines:
        print_json(_lesson_row(lesson))
    else:
        _tell_trial(lesson)
    if take:
        _tell_reading(teaching.take_lesson(ledger, number, who=who), number, as_lines=as_lines)


def _tell_groups(groups: list[TeachGroup], *, as_lines: bool) -> None:
    for each in groups:
        said = " ".join(each.said)
        if as_lines:
            print_json(each.gap.as_row() | {"group": each.name, "said": list(each.said)})
        else:
            gap = each.gap
            known = f"corrected to {said}" if said else gap.guess or "—"
            click.echo(f"{each.name}\t{gap.pages} reports\t{gap.figures} figures\t{known}")
    if not groups and not as_lines:
        click.echo("Every figure has a sure name. 所有数字都已有确定的归类。")


def _tell_trial(lesson: LessonLine) -> None:
    if lesson.entry is None or lesson.effect is None:  # its figures are gone meanwhile
        raise NoSuchLesson
    effect = lesson.effect
    click.echo(as_yaml(lesson.entry))
    for line in effect["lines"]:
        click.echo(
            f"{line['report']}: …{line['context']}…: {line['quote']} "
            f"{line['before'] or '—'} → {line['after'] or '—'}"
        )
    click.echo(
        f"{effect['reports']} reports: {effect['named']} newly named, {effect['renamed']} renamed, "
        f"{effect['unnamed']} no longer named, {effect['unchanged']} unchanged; "
        f"of the group {effect['reached']} of {effect['group']}"
    )
    for code, count in effect["taken"].items():
        click.echo(f"CAREFUL  it takes {count} figures from {code}，会改动已归入 {code} 的数字")


def _tell_reading(reports: int, number: int, *, as_lines: bool) -> None:
    if as_lines:
        print_json({"entry": number, "read_anew": reports})
    else:
        click.echo(
            f"Entry {number}: {reports} reports are read anew. 正在重新读取 {reports} 份报告。"
        )


def _tell_history(lessons: list[LessonLine], *, as_lines: bool) -> None:
    for lesson in lessons:
        if as_lines:
            print_json(_lesson_row(lesson))
            continue
        undone = (
            f", taken back by {lesson.undone_by} {lesson.undone_at:%F %R}"
            if lesson.undone_at
            else ""
        )
        click.echo(
            f"{lesson.id}\t{group_name(lesson.group)} → {lesson.code or NOTHING}\t"
            f"{lesson.taken_by} {lesson.taken_at:%F %R}{undone}"
        )


def _lesson_row(lesson: LessonLine) -> dict[str, Any]:
    return {
        "entry": lesson.id,
        "group": group_name(lesson.group),
        "code": lesson.code or NOTHING,
        "adds": lesson.entry,
        "effect": lesson.effect,
        "taken_by": lesson.taken_by,
        "taken_at": lesson.taken_at,
        "undone_by": lesson.undone_by,
        "undone_at": lesson.undone_at,
    }
