"""Reading the text of published packs: what in it is the pack, what is not, and that no word of it is lost."""
