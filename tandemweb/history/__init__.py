"""Questions to git. Nothing here changes a repository, and nothing a repository holds is ever executed."""

import os
from importlib import import_module

# GitPython asks whatever is called git for its version while it is imported: by a search that may begin in the folder
# it was started from, and with the whole environment. It is given something that cannot be started instead.
_WHILE_IMPORTING = {"GIT_PYTHON_REFRESH": "quiet", "GIT_PYTHON_GIT_EXECUTABLE": os.devnull}


def _import_gitpython() -> None:
    before = {name: os.environ.get(name) for name in _WHILE_IMPORTING}
    os.environ.update(_WHILE_IMPORTING)
    try:
        import_module("git")
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


_import_gitpython()
