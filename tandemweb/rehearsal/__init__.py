"""A bundled stand-in for claude and codex: it speaks their streams and writes the documents of a mission.

For the demo and for machines without the agents: every button can be tried without an account. No model is asked;
whatever it writes says so. It is a program of its own (``python -m tandemweb.rehearsal claude …``) and knows nothing of
the rest.
"""
