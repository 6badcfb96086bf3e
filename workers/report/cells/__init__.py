"""From the figures of a report to the cells of the panel: one for each indicator of its year.

making.py    a cell: its terms, the rule, and the value
leaving.py   which figures take no part: parts, stages, of each, of another body or time
terms.py     ranges are one term; the same thing stated again is one term
adding.py    may the terms that are left be added?
asking.py    the notes that wait for a person where a cell is unclear or rests on an unsure figure

What the words say is read in relations/; only here is it decided what a cell holds, also after a
person corrected a figure.
"""

from workers.report.cells.asking import ask_about, ask_unsure
from workers.report.cells.making import disputed_figures, make_cells

__all__ = ["ask_about", "ask_unsure", "disputed_figures", "make_cells"]
