"""How it was: papers drawn, practicals scored, results decided, each with its reasons."""
