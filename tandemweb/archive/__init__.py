"""Disk to values: roots, layouts and naming conventions, State.json and Config.json, other archive kinds.

``tree`` walks, ``roots`` and ``missions`` say what stands where, ``reading`` reads one file safely; ``state``,
``config`` and ``manifests`` give values, ``checks`` says what is wrong, ``others`` knows documents outside
mission archives.
"""
