"""The whole system under a seeded schedule of faults: nothing lost, nothing doubled.

reports.py    distinct small reports, and how they are dropped
faults.py     what is done to the system; servers.py, messages.py, folders.py are its kinds
audit.py      what must hold when all is quiet
round.py      drop, fault, wait for quiet, audit
__main__.py   `python -m tests.chaos --seed 7`
flood.py      everything at once      soak.py   an hour at a steady rate
"""
