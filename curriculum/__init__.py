"""What must be known and done: qualification packs, their units and criteria."""
