"""The processes on one machine: supervisor, live view, doctor."""
