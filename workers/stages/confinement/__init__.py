"""Untrusted bytes are parsed in a confined child;
whatever it does, the answer is a source or a refusal.

    worker ── client.py ──▶ server.py ──fork──▶ child.py: confines itself, then parses
                 ▲                                  │
                 └──────── answers.py ◀─────────────┘

The worker holds the addresses of the database and the queue, and connections to both. So it does
not fork the child itself: a fork server does, a program of its own that was begun with an empty
environment and nothing open but its line to the worker, and that has imported what parsing needs.
It never holds a file's bytes either.

    client.py      the worker's side: begins the server, gives it work, keeps the time
    server.py      the fork server: a child for each file, ended with its process group
    child.py       takes the file, confines itself, parses, answers
    samples.py     what the server reads first, so that children need open nothing
    answers.py     what the worker believes of an answer
    office.py      a whole program (LibreOffice) for one run, held as far as it lives with that
    limits.py      every layer of the confinement in its order, and which of them this kernel gives
    landlock.py    no files, no TCP, no signals to others
    seccomp.py     no system calls but those that computing needs
    syscalls.py    the numbers of the system calls
"""
