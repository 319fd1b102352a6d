"""What a competence is worth: certificates, the codes they are found by, and how they are checked."""
