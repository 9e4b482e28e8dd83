"""The UI as files: what the binary serves at /, how it may be kept, how large it is, and that its types are the API's."""

import gzip
import re
import subprocess

import pytest

from conftest import ROOT

FIRST_SCRIPT_BYTES_MAX = 250_000
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def assets_of(page):
    return re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)


def test_every_address_of_a_page_answers_with_the_page_and_its_policy(shop):
    for path in ("/", "/catalog", "/catalog/raw/online_retail?tab=profile", "/runs/1"):
        answer = shop.get(path, headers=BROWSER)
        assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"), path
        assert answer.headers["cache-control"] == "no-cache"
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy and "unsafe-eval" not in policy and "script-src 'self' 'unsafe-inline'" not in policy
        assert "<script>" not in answer.text
    assert shop.get("/v1/nothing", headers=BROWSER).status_code == 404
    assert shop.get("/catalog", headers={"Accept": "application/json"}).headers["content-type"] == "application/problem+json"


def test_files_with_a_hash_are_kept_for_ever_and_the_page_is_asked_for_again(shop):
    page = shop.get("/", headers=BROWSER)
    assert shop.get("/", headers=BROWSER | {"If-None-Match": page.headers["etag"]}).status_code == 304
    for path in assets_of(page.text):
        answer = shop.get(path, headers={"Accept-Encoding": "br"})
        assert "immutable" in answer.headers["cache-control"], path
        assert answer.headers["content-security-policy"] and answer.headers["x-content-type-options"] == "nosniff"
    assert shop.get("/assets/gone.js", headers=BROWSER).status_code == 404


@pytest.mark.parametrize("coding", ["gzip", "br", "identity"])
def test_each_coding_holds_the_same_bytes(shop, coding):
    [script] = [path for path in assets_of(shop.get("/", headers=BROWSER).text) if path.endswith(".js")][:1]
    answer = shop.get(script, headers={"Accept-Encoding": coding}, stream=True)
    assert answer.headers.get("content-encoding", "identity") == coding
    body = answer.raw.read(decode_content=False)
    plain = shop.get(script, headers={"Accept-Encoding": "identity"}).content
    if coding == "gzip":
        assert gzip.decompress(body) == plain
    else:
        assert len(body) < len(plain) or body == plain


def test_the_first_script_is_small(shop):
    """What a browser must have before it shows the first page: the entry, and what the entry imports at once."""
    total = 0
    for path in assets_of(shop.get("/", headers=BROWSER).text):
        if path.endswith(".js"):
            answer = shop.get(path, headers={"Accept-Encoding": "gzip"}, stream=True)
            total += len(answer.raw.read(decode_content=False))
    assert 0 < total <= FIRST_SCRIPT_BYTES_MAX, f"{total} bytes packed"


def test_types_of_the_ui_are_those_of_the_api(shop):
    """web/src/api/openapi.json is what the binary says of itself; run tools/web.sh run types URL after a change."""
    done = subprocess.run(["node", "tools/api-types.mjs", shop.url, "--check"], cwd=ROOT / "web", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
