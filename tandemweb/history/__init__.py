"""Questions to git. Nothing here changes a repository, and nothing a repository holds is ever executed."""

import os

# GitPython looks for git while it is imported and raises when there is none; we say so where git is needed.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
