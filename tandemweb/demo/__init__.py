"""The sample projects: three small ones that two models really developed, with their whole git history."""

from pathlib import Path

from tandemweb.history.cloning import clone_bundle

NAMES = ("ledgerlite", "linkshelf", "papertrail")


def build_demo(folder: Path) -> tuple[Path, ...]:
    """Make a checkout of each sample project in ``folder`` and give their paths; those that are there are kept."""
    checkouts = tuple(folder / name for name in NAMES)
    for checkout in checkouts:
        if not checkout.exists():
            clone_bundle(Path(__file__).with_name(f"{checkout.name}.bundle"), checkout)
    return checkouts
