"""Pages of long work: how far it is, what failed, cancel and resume."""
