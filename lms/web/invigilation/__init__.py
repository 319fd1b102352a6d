"""The exam room: a live list of its candidates, and what an invigilator does for them."""
