"""Working copies of the corpus. No fixture, so that benchmarks and scripts can use it too."""

import os
import subprocess
from pathlib import Path

import tandemweb.demo

CORPUS = Path(__file__).parent
NAMES = ("ledgerlite", "linkshelf", "papertrail")
STYLES = (
    "bellfoundry",
    "birdlog",
    "bookbinder",
    "brewlog",
    "cheesecave",
    "choreboard",
    "ferncourt",
    "fernwerk",
    "ferrytimes",
    "gaugehouse",
    "glasshouse",
    "harborlog",
    "hopyard",
    "inkwell",
    "kelpfarm",
    "kilnlog",
    "lanternfish",
    "lockgate",
    "mapmerge",
    "mistcam",
    "mossgarden",
    "nightferry",
    "notekeep",
    "orchardbot",
    "orrery",
    "pantry",
    "parcelhook",
    "peatbog",
    "quarrymap",
    "queuekeeper",
    "rootcellar",
    "ropeway",
    "saddlery",
    "saltmarsh",
    "saltpan",
    "seedvault",
    "signalbox",
    "tideclock",
    "tollgate",
    "trailcount",
    "tramline",
    "weirkeeper",
)
OTHER_KINDS = ("papertrail", "thumbs", "feeds")  # without TandemKit archives
SAMPLES = Path(tandemweb.demo.__file__).parent  # the three first ship with the program
PARALLEL_BRANCHES = ("impl/claude", "impl/codex")


def clone_corpus(name: str, target: Path) -> Path:
    """Clone one bundle to ``target`` (which must not exist yet), its parallel branches as local ones, and return it."""
    bundle = (SAMPLES if name in NAMES else CORPUS / name) / f"{name}.bundle"
    _git("clone", "--quiet", "--branch=main", str(bundle), str(target))
    for branch in PARALLEL_BRANCHES:
        if _git("-C", str(target), "branch", "--remotes", "--list", f"origin/{branch}"):
            _git("-C", str(target), "branch", "--quiet", "--no-track", branch, f"origin/{branch}")
    return target


def labels_path(name: str) -> Path:
    return CORPUS / name / "labels.json"


def _git(*arguments: str) -> str:
    # No configuration of the machine: a clone is the same wherever the tests run.
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True, env=environment).stdout
