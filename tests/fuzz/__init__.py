"""`python -m tests.fuzz FORMAT… --minutes N`: does each reader end whatever it is given?

Samples of the format are mutated by atheris (libFuzzer), guided by which lines of the readers run.
In zipped formats and compound files a part is mutated, not the package. Every input must end in a
text or in a refusal within the limits; anything else is written to a file and ends the run. What is
native (PDFium) may end its process, so PDF is read in the confined child, as the workers do.

    __main__.py   one process a format, one after the other
    target.py     what is called with each input
    mutating.py   how inputs are changed
    seeds.py      what it begins with
"""
