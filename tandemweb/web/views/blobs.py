"""Pictures for ``<img>``: the only folder that pages may load images from, and only of types that cannot act."""

from flask import Blueprint, Response

from tandemweb.errors import HistoryError, NotFoundError
from tandemweb.web.contents import ContentKind, get_content_at, get_content_on_disk
from tandemweb.web.databases import get_project
from tandemweb.web.raw import find_image_type, raw_response
from tandemweb.web.repositories import find_oid

blueprint = Blueprint("blobs", __name__)


@blueprint.get("/blob/<slug>/<path:path>")
def show(slug: str, path: str) -> Response:
    """Answer a picture on disk, or as it was at commit ``at``; everything else is not found, SVG too."""
    project = get_project(slug)
    at = find_oid("at")
    if find_image_type(path) is None:
        raise NotFoundError(f"{path} is no picture of a type that is shown.")
    content = get_content_at(project, path, at) if at else get_content_on_disk(project, path)
    if content.kind not in {ContentKind.BINARY, ContentKind.TEXT}:
        raise NotFoundError(f"{path} is a {content.kind}, no picture.")
    if len(content.data) < content.size:
        raise HistoryError(f"{path} has {content.size:,} bytes; that is more than pages show.")
    return raw_response(content.data, path)
