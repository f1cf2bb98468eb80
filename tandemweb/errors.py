"""Every error of tandemweb that a person may meet.

An error class stands beside its raiser when only one module raises it; its base is here::

    TandemwebError            says what was wrong, where, and what to do; the command line exits 2 with it
    ├── NotFoundError         the thing asked for is not in the index, archive or history (HTTP 404)
    ├── InvalidRequestError   a parameter is malformed or not allowed (HTTP 400)
    ├── ConflictError         the thing changed meanwhile (HTTP 409)
    ├── ArchiveError          a file of an archive cannot be read safely
    ├── HistoryError          git could not answer
    ├── AgentError            an agent cannot be started, or a run's folder cannot be written
    ├── StoreError            the index or the state database could not answer
    └── ServerError           the server cannot start
"""


class TandemwebError(Exception):
    """Base of all errors; ``str()`` is one sentence for a person."""

    status = 500


class NotFoundError(TandemwebError):
    status = 404


class InvalidRequestError(TandemwebError):
    status = 400


class ConflictError(TandemwebError):
    status = 409


class ArchiveError(TandemwebError):
    pass


class HistoryError(TandemwebError):
    pass


class AgentError(TandemwebError):
    pass


class StoreError(TandemwebError):
    status = 503


class ServerError(TandemwebError):
    pass
