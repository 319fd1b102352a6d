"""The oracle of answers: candidates who write down what they sent and what they were told, and the judge of both."""
