from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in an archive or a history that could not be understood. Shown, never fatal, never hidden.

    ``path`` is relative to the project (``""`` for the project itself), ``line`` 1-based where there is one,
    ``code`` a stable kebab-case word to filter by, ``message`` a sentence: what it is and what it means.
    """

    path: str
    line: int | None
    code: str
    message: str
