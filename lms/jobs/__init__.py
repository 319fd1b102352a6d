"""Long work: what is done outside a request, in units that can each be done again."""
