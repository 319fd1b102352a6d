"""Registers of attendance: a day on a phone, all days of a training, the sheet and its files."""
