"""Pages of packs, their schemes and their bank."""
