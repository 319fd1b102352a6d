"""Pages of an exam on paper: what is printed for the day, and the answer sheets entered after it."""
