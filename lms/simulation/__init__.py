"""Simulated people who walk the road through the same services that the web uses; all of them marked as simulated."""
