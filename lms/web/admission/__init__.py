"""Letting candidates into an exam: the codes and slips that the centre, the agency and the assessors hand out."""
