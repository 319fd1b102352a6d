"""How fast and how light it is, beside named baselines of the same run: a module an area, run by `./run bench`."""
