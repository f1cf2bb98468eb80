"""The coverage-guided long run: ``python tests/fuzz/run.py TARGET SECONDS [FOLDER]`` with ``pip install atheris``.

Starts from the corpus documents; what is found stands in FOLDER (a temporary one by default) as ``crash-…``, to be put
into ``tests/fuzz/found/TARGET/``, which the tests replay.
"""

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))
with atheris.instrument_imports(include=["tandemweb"]):
    from fuzz.seeds import list_seeds
    from fuzz.targets import TARGETS


def main() -> None:
    name, seconds = sys.argv[1], sys.argv[2]
    folder = Path(sys.argv[3] if len(sys.argv) > 3 else tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    seeds = folder / "seeds"
    seeds.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(list_seeds(name)):
        (seeds / f"{number:04}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-artifact_prefix={folder}/", "-timeout=20", "-rss_limit_mb=2048"]
    atheris.Setup([sys.argv[0], *options, "-max_len=20000", str(seeds)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
