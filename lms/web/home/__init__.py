"""Home: what waits for this person, most urgent first."""
