"""Answers of an exam that come in as files."""
