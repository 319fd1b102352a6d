"""Figures, exports and spreadsheets: what leaves the site as a file, and what comes in as one."""
