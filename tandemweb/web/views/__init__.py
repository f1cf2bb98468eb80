"""One module per concept; each has a ``blueprint``, listed here once."""

from tandemweb.web.views import (
    blobs,
    commits,
    corrections,
    decisions,
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
    why,
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
    decisions.blueprint,
    statistics.blueprint,
    documents.blueprint,
    files.blueprint,
    why.blueprint,
    commits.blueprint,
    blobs.blueprint,
)
