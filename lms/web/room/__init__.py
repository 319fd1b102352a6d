"""The room of a batch: the heat map, who is stuck or ready, and feedback."""
