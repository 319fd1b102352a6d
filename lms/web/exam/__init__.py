"""The theory exam, as a candidate meets it. Nothing here can reach a key."""
