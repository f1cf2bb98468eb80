"""Bytes of repositories, given to the browser so that it does nothing with them."""

from urllib.parse import quote

from flask import Response

from tandemweb.web.guards import SANDBOX_POLICY

TEXT_TYPE = "text/plain; charset=utf-8"
# No SVG: it is a document that may hold scripts.
IMAGE_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "bmp": "image/bmp",
}


def find_image_type(name: str) -> str | None:
    """Give the media type by the ending of ``name``, None when it is no image that may be shown."""
    return IMAGE_TYPES.get(name.rpartition(".")[2].lower())


def raw_response(content: bytes, name: str, *, download: bool = False) -> Response:
    """Answer file bytes under a sandboxing policy: images of a few types as such, everything else as plain text.

    ``name`` is a file name or path; its last part is what the browser suggests when it saves the file.
    """
    response = Response(content, content_type=find_image_type(name) or TEXT_TYPE)
    response.headers["Content-Security-Policy"] = SANDBOX_POLICY
    disposition = "attachment" if download else "inline"
    file_name = quote(name.rpartition("/")[2].encode("utf-8", "replace"), safe="")
    response.headers["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{file_name}"
    return response
