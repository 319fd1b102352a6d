"""Scoring practicals on a tablet: one tap a criterion, nothing to type, undo instead of asking."""
