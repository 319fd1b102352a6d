"""Rulings on items after an exam, for the council."""
