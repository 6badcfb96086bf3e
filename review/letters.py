"""The nightly summary as a letter and as a page: one template, the words of words.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from review import words
from review.charts import ChartMark, bar_chart
from review.rendering import environment, name_of, when
from review.words import Language
from schema.kinds import ChangeOf
from workers.desk.changes import tell
from workers.desk.disk import PARTS, write_size
from workers.host.post import Letter
from workers.report.catalogue import indicators
from workers.settings import Settings, desk_address

STEPS = ("scan", "rung", "verify", "across", "snapshot", "pruned", "vacuumed")
KEPT = ("store", "database", *PARTS, "free")
LANGUAGES = {"zh": Language.ZH, "en": Language.EN}


def write_letter(night: Mapping[str, Any], chosen: Settings) -> Letter:
    """The letter of a run, in the language of the settings."""
    language = LANGUAGES[chosen.mail_language]
    known = summary_values(language, night["summary"] or {}, ZoneInfo(chosen.timezone)) | {
        "language": language,
        "night": night,
        "address": f"{desk_address(chosen)}/nights/{night['run']}",
    }
    plain = environment().overlay(autoescape=False)
    return Letter(
        subject=plain.get_template("night_subject.txt").render(known),
        text=plain.get_template("night_letter.txt").render(known),
        html=environment().get_template("night_letter.html").render(known),
    )


def summary_values(
    language: Language, summary: Mapping[str, Any], zone: ZoneInfo
) -> dict[str, Any]:
    """What the templates of a summary know, beside the run itself."""
    say = partial(words.say, language)
    told: Mapping[str, Any] = summary.get("happened") or {}
    kinds = [(say(f"kind.{kind}"), count) for kind, count in told.get("findings", {}).items()]
    seconds, disk = summary.get("seconds") or {}, summary.get("disk") or {}
    steps = [(say(f"night_step.{name}"), seconds[name]) for name in STEPS if name in seconds]
    return {
        "say": say,
        "name_of": partial(name_of, language),
        "when": partial(when, zone=zone),
        "told": told,
        "since": datetime.fromisoformat(told["since"]) if told else None,
        "tiles": _count_tiles(told) if told else (),
        "troubles": list(_name_troubles(say, summary)),
        "kinds": kinds,
        "kinds_drawn": _draw(say("night.findings"), kinds),
        "steps": steps,
        "steps_drawn": _draw(say("night.durations"), steps),
        "disk": {
            name: disk[name] for name in ("store", "database", *PARTS, "free") if name in disk
        },
        "tell": partial(_tell_figure, language),
        "size": write_size,
        "line_of": partial(_line_of, language),
    }


def _tell_figure(language: Language, told: Mapping[str, Any] | None) -> str:
    """What was read of a figure, with the name of its indicator where that is known."""
    known = indicators().get((told or {}).get("indicator") or "")
    named = {"indicator": known.zh} if known and language == Language.ZH else {}
    return tell(ChangeOf.FIGURE, told and {**told, **named})


def _count_tiles(told: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [
        ("arrived", told["arrived"]),
        ("done", told["done"]),
        ("refused", told["refused"]["count"]),
        ("findings", sum(told["findings"].values())),
        ("changed", told["changes"]["count"].get(ChangeOf.FIGURE, 0)),
        ("overdue", told["overdue"]["count"]),
    ]


def _name_troubles(say: Callable[..., str], summary: Mapping[str, Any]) -> Iterator[str]:
    """What somebody should look after, a sentence each."""
    counts = {
        "unread": summary.get("waits_for") or 0,
        "wrong": (summary.get("verify") or {}).get("wrong") or 0,
        "passed_over": (summary.get("across") or {}).get("passed_over") or 0,
        "left_alone": len((summary.get("scan") or {}).get("left_alone") or ()),
    }
    for key, count in counts.items():
        if count:
            yield say(f"night_trouble.{key}", count=count)
    if "read_anew" in summary and summary["read_anew"] is None:
        yield say("night_trouble.other_rules")
    if error := (summary.get("scan") or {}).get("error"):
        yield say("night_trouble.inbox", error=error)
    yield from (summary.get("now") or {}).get("held_back") or ()


def _draw(title: str, counts: Sequence[tuple[str, float]]) -> Markup:
    marks = [
        ChartMark(label=name, value=float(count), title=f"{name}: {count:g}")
        for name, count in counts
    ]
    return bar_chart(title, marks) if marks else Markup()


def _line_of(language: Language, text: str | None) -> str:
    """Of a reason in two lines, the one in this language."""
    return ((text or "").splitlines() or [""])[0 if language == Language.ZH else -1]
