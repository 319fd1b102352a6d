"""Results, and requests to be assessed again."""
