"""Start the installed wheel's demo, let a person in, and fetch a page and every style sheet it names."""

import http.cookiejar
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path


def main() -> None:
    check_workflows()
    program = Path(sys.executable).with_name("tandemweb")
    with tempfile.TemporaryDirectory() as folder:
        demo = [str(program), "demo", "--no-open", "--port", "0", "--folder", f"{folder}/demo"]
        with subprocess.Popen(
            demo,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "HOME": folder, "TANDEMWEB_HOME": f"{folder}/data"},
        ) as server:
            try:
                visit(*find_address_and_code(server))
            finally:
                server.terminate()


def check_workflows() -> None:
    from tandemweb.services.script_parts import read_parts  # noqa: PLC0415 the wheel's own
    from tandemweb.services.workflows import list_workflows  # noqa: PLC0415 the wheel's own

    shipped = {entry.name: entry.problems for entry in list_workflows(Path("/nonexistent"))}
    assert "course" in read_parts(), "the wheel lacks the parts of scripts"
    assert {"tandem", "tandemkit-plugin"} <= shipped.keys(), f"the wheel lacks workflows: {sorted(shipped)}"
    assert not any(shipped.values()), shipped


def find_address_and_code(server: subprocess.Popen[str]) -> tuple[str, str]:
    assert server.stdout is not None
    address = code = None
    for line in server.stdout:
        print(line, end="")
        address = address or (re.search(r"http://127\.0\.0\.1:\d+", line) or [None])[0]
        match = re.search(r"code.*: ([0-9a-f-]{16,})$", line.strip())
        code = code or (match and match[1])
        if address and code:
            return address, code
    sys.exit(f"the demo ended with status {server.wait()} before it said where it listens")


def visit(address: str, code: str) -> None:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = urllib.parse.urlencode({"code": code}).encode()
    opener.open(urllib.request.Request(f"{address}/login", data=form, headers={"Origin": address}))
    for _ in range(100):
        page = opener.open(f"{address}/").read().decode()
        if "001-CsvImport" in page:
            break
        time.sleep(0.2)
    else:
        sys.exit(f"the list of missions stays empty: {page[:2000]}")
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert sheets, "the page names no style sheet"
    for sheet in sheets:
        answer = opener.open(urllib.parse.urljoin(address, sheet))
        assert answer.headers["Content-Type"].startswith("text/css"), sheet
    print(f"the wheel serves its demo: {len(page)} characters, {len(sheets)} style sheets")


if __name__ == "__main__":
    main()
