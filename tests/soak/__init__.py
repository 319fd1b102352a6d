"""Long runs that prove a promise by numbers, each with a short form that runs with every test."""
