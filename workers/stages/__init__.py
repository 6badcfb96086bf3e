"""What happens to a document, stage by stage: Celery, the confinement of the reader,
the nightly run.
"""
