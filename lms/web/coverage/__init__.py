"""The coverage of packs, for those who answer for them."""
