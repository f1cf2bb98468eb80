"""One module per concept; each has a ``blueprint``, listed here once."""

from tandemweb.web.views import events, login, missions, problems, projects, rounds, search

BLUEPRINTS = (
    login.blueprint,
    events.blueprint,
    missions.blueprint,
    rounds.blueprint,
    projects.blueprint,
    problems.blueprint,
    search.blueprint,
)
