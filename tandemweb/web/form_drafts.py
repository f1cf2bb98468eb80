"""A form that leads away before it is done, and is found again as it was: by the parameter ``draft`` of its page."""

from flask import request
from werkzeug.datastructures import MultiDict

from tandemweb.services.drafts import find_draft, save_draft
from tandemweb.web.configuration import get_configuration
from tandemweb.web.parameters import find_text
from tandemweb.web.stage_forms import Form

LOST = "What was typed here before is not kept any more."


def keep_draft(place: str) -> str:
    """Keep the form of this request for the page at ``place``, its address; gives the value of ``draft``."""
    typed = [(name, text) for name, text in request.form.items(multi=True) if name != "csrf"]
    return save_draft(get_configuration().data_folder, place, typed)


def recall_draft(place: str) -> tuple[Form | None, str]:
    """Give the form that ``draft`` of this request names, and a sentence where that is lost."""
    key = find_text("draft")
    if key is None:
        return None, ""
    fields = find_draft(get_configuration().data_folder, place, key)
    return (None, LOST) if fields is None else (MultiDict(fields), "")
