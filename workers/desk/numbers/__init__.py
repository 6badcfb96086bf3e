"""The figures across reports, as the desk shows and exports them.

They come from `panel_figure`, the panel's kept rows.

panel.py      issuer × year × indicator: filtered, ordered, paged by key
spread.py     one indicator among peers: quartiles by year, a histogram, an issuer's rank
coverage.py   who reported which indicator, and who sent no report at all
trends.py     findings by kind and month
"""
