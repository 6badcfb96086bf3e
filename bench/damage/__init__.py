"""Damage with a seed: every kind that cleaning should undo, at stated rates;
the undamaged text stays the truth.

A kind is a function `(rng, text) → text`. `KINDS` states, for each, how often a report of the
mixture has it; the rates inside a report stand as constants beside the function, with their reason.
Sources of the rates: the measured OCR error table (5 profiles, 125 pages) for recognition, pages of
government sites for furniture; where nothing was measured, the rate is set high enough that forty
reports show some hundred cases.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from bench.damage import characters, losses, page, stretches

Damage = Callable[[random.Random, str], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """`share` of the mixture's reports have this kind; alone it is measured on all of them."""

    name: str
    share: float
    act: Damage


# In the order in which it befalls a text: written, recognised, laid out in pages,
# put on a site, stored.
KINDS: tuple[Kind, ...] = (
    Kind("lost characters", 0.15, losses.lose_characters),
    Kind("lost brackets and quotes", 0.15, losses.lose_marks),
    Kind("lost stops", 0.1, losses.lose_stops),
    Kind("lost figures", 0.1, losses.lose_figures),
    Kind("damaged dates", 0.05, losses.damage_dates),
    Kind("unreadable stretch", 0.03, losses.make_unreadable),
    Kind("flattened table", 0.5, stretches.flatten_tables),
    Kind("traditional", 0.1, stretches.write_traditional),
    Kind("confusable Han", 0.3, characters.confuse_characters),
    Kind("zeros", 0.3, characters.confuse_zeros),
    Kind("ones", 0.3, characters.confuse_ones),
    Kind("commas read as points", 0.1, characters.confuse_commas),
    Kind("full-width", 0.2, characters.widen_figures),
    Kind("half-width marks", 0.4, characters.narrow_marks),
    Kind("doubled marks", 0.2, characters.double_marks),
    Kind("spaces in words", 0.4, characters.space_words),
    Kind("spaces at numbers", 0.4, characters.space_numbers),
    Kind("pinyin", 0.05, stretches.add_pinyin),
    Kind("glosses", 0.03, stretches.add_glosses),
    Kind("breaks in numbers", 0.2, characters.break_numbers),
    Kind("line breaks", 0.5, characters.break_lines),
    Kind("running heads", 0.2, page.add_running_heads),
    Kind("page numbers", 0.4, page.add_page_numbers),
    Kind("markup residue", 0.2, stretches.add_markup),
    Kind("invisible characters", 0.2, characters.add_invisible),
    Kind("mojibake", 0.05, stretches.garble_stretches),
    Kind("repeated title", 0.3, page.repeat_title),
    Kind("controls", 0.4, page.add_controls),
    Kind("source line", 0.6, page.add_source_line),
    Kind("index table", 0.4, page.add_index_table),
    Kind("breadcrumbs", 0.5, page.add_breadcrumbs),
    Kind("menus", 0.2, page.add_menus),
    Kind("attachments", 0.2, page.add_attachments),
    Kind("QR hints", 0.4, page.add_qr_hints),
    Kind("related links", 0.3, page.add_related_links),
    Kind("site footer", 0.4, page.add_site_footer),
)


def damage_mixed(rng: random.Random, text: str) -> str:
    """The text with the kinds that fall to it, each by its share."""
    for kind in KINDS:
        if rng.random() < kind.share:
            text = kind.act(rng, text)
    return text
