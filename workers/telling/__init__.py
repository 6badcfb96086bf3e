"""How a process names itself, and tells what happens in it: without passwords."""
