"""Skills of frameworks: their pages, people's levels in them, judging, records, publishing."""
