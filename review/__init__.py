"""The desk: the web pages where a person answers. `fazhi desk` serves it, `fazhi run` too.

    serving.py    the desk as a process
    app.py        the application, put together: start reading here
    connections.py  how long a request may take to come, and how many connections there are
    shield.py     what every request and answer passes: Host, size, time, security headers
    kept.py       what many pages ask at once
    light.py      answers that weigh little
    access.py     who asks, and may they: one guard for all routes,
                  which refuses what is not declared
    attempts.py   how often a sign-in may be tried
    rendering.py  templates, words in two languages, times
    places.py     where the header leads
    inputs.py     what a path or a query may hold
    words.yaml    every sentence of the pages, Chinese and English
    pages/        one module a page; its docstring says how to add one
    queue.py      which findings a reviewer goes through, as the addresses say it
    items.py      a finding beside its evidence and what it was held against;
                  strip.py draws a figure among others
    api.py        the same for scripts, under /api/v1, described by /api/v1/openapi.json;
                  api_findings.py the findings
    templates/  static/   HTML, one stylesheet, one small script;
                          no request ever goes to another host

The desk holds no SQL: it calls functions of `workers/`,
which open their sessions through the ledger.
"""
