"""What the words can say of two or more figures, and how sure they are."""

from __future__ import annotations

from enum import StrEnum


class RelationKind(StrEnum):
    """What the first figure is to the others.

    part_of: a part, its whole. 受理86件，其中邻里72件
    sum_of: a total, all that it is the sum of. 邻里72件、家庭14件，共86件
    product_of: a total, how many there are, how much for each. 18个村每村150册，共2700册
    all_shares: rates that are all the shares of one whole. 甲类占60%，其他占40%
    balance_of: what was carried over, came in, was done, is left.
      上年结转7件，新收45件，审结49件，未结3件
    growth_of: by how much, the new value, the old one. 由40件增至62件，增长55%
    done_of: what was done, what came in (several: all of them together). 受理15件，办结18件
      Of a rate: what was done, the rate that says so too. 办结18件，办结率90%
    share_of: a rate, and what it is a share of. Said: its part and the whole, the likeliest whole
      first (受理20件，办结18件，办结率90%), or no figure, where all is said to be done (全部办结).
      Else counts: it is a share of one of them, or of all together. 排查53件，成功率98.1%
    some_of: a rate, a whole, its grades that are counted: it is the share of some of them.
      案卷84卷，其中不合格5卷，合格率94%
    average_of: an amount, the count that it is spread over. 为35名农民工追回62万元
    same_as: a figure, the one before it that states the same thing, which has one value a year.
    """

    PART_OF = "part_of"
    SUM_OF = "sum_of"
    ALL_SHARES = "all_shares"
    BALANCE_OF = "balance_of"
    PRODUCT_OF = "product_of"
    GROWTH_OF = "growth_of"
    DONE_OF = "done_of"
    SHARE_OF = "share_of"
    SOME_OF = "some_of"
    AVERAGE_OF = "average_of"
    SAME_AS = "same_as"


class Sure(StrEnum):
    """How sure the words are.

    The audit's arithmetic never changes it: what it contradicts is a finding.

    - said: the words say it of these very figures.
    - implied: they say it, and leave to kind, indicator or size which figures, or whether all.
    - possible: they do not speak against it.
    """

    SAID = "said"
    IMPLIED = "implied"
    POSSIBLE = "possible"
