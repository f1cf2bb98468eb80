"""What State.json says at each step of a mission, by the name that workflows use."""

TRANSITIONS = ("generation", "handed-over", "evaluation", "verdict", "user-review")
