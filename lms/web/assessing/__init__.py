"""Assessments: scheduled, answered, drawn, held, and their mark sheets approved."""
