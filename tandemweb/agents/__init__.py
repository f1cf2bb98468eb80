"""Processes of agents: their command lines, their beginning and end, what they said, and the folders of runs.

``presets`` and ``environment`` say what is started, ``spawning`` starts it, ``stopping`` ends it with all that it
started; ``events`` and ``tailing`` read its log while it grows, ``judging`` says how it ended; ``run_folder`` and
``run_reading`` keep and read a run on disk.
"""
