"""Exports of released results."""
