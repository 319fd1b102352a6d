"""Appeals against results, for the agency and the council."""
