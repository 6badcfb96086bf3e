"""Recovery: what a person does when something went wrong, or before it does.

One module for each command, and what they share:

    retrying.py   what was refused or given up is due again
    verifying.py  store, ledger and tables against each other;
                  what is wrong is named, and mended where it can be
    stored.py     its questions about bytes        trouble.py  what it finds
    recorded.py   its questions about rows
    backup.py     database and store, as they stood at one moment, while the system runs
    restoring.py  the way back, into an empty system
    postgres.py   pg_dump and its kin
"""
