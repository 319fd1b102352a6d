"""Assignments and observations at work: giving, recording, scoring, and one's own."""
