"""Batches, their trainees and rosters."""
