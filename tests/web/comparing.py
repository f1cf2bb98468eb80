"""Opening comparisons in tests as a person does: by the form of the project's page."""

import re

from forking import SIDES

from web.conftest import Browser


def open_comparison(client: Browser, names=SIDES[:2], *, slug: str = "repository", **fields: str) -> str:
    """Keep a comparison and give its address."""
    answer = client.post(
        f"/projects/{slug}/comparisons/keep",
        data={"csrf": client.token, "side": list(names), **fields},
        headers={"Origin": "http://127.0.0.1:8710"},
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def read(client: Browser, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def text_of(html: str) -> str:
    """Give what a person reads, white space as one blank."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())
