from pathlib import Path

from tandemweb.errors import ServerError

PACKAGE = Path(__file__).parent.parent


def find_resource_folder(name: str, package: Path = PACKAGE) -> Path:
    """Give the folder ``templates`` or ``static``: inside the package when installed, beside it in a checkout.

    Raises ServerError when neither is there, because every page would fail one by one otherwise.
    """
    for folder in (package / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise ServerError(f"The folder {name} is neither in {package} nor beside it. Install tandemweb again.")
