"""One module per concept; each has a ``blueprint``, listed here once."""

from tandemweb.web.views import events, login

BLUEPRINTS = (login.blueprint, events.blueprint)
