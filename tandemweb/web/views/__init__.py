"""One module per concept; each has a ``blueprint``, listed here once."""

from tandemweb.web.views import (
    blobs,
    commits,
    corrections,
    documents,
    events,
    files,
    login,
    missions,
    problems,
    projects,
    reviews,
    rounds,
    search,
    statistics,
)

BLUEPRINTS = (
    login.blueprint,
    events.blueprint,
    missions.blueprint,
    rounds.blueprint,
    corrections.blueprint,
    reviews.blueprint,
    projects.blueprint,
    problems.blueprint,
    search.blueprint,
    statistics.blueprint,
    documents.blueprint,
    files.blueprint,
    commits.blueprint,
    blobs.blueprint,
)
