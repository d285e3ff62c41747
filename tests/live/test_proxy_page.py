"""An answer between forwarder and server that is nobody's of both."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.service import records
from tests.live.test_forward import Forward, append, arrived, forward_of, wait_for

__all__ = ["forward_of"]
pytestmark = pytest.mark.django_db(transaction=True)


class Page(http.server.BaseHTTPRequestHandler):
    """What a proxy says that wants somebody to sign in."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>Please sign in</html>")

    def log_message(self, *_: object) -> None:
        pass


def test_a_page_of_somebody_else_is_no_answer(
    forward_of: Callable[..., Forward], tmp_path: Path
) -> None:
    feed, data = tmp_path / "zert", records(1, 3)
    append(feed, data)
    with http.server.HTTPServer(("127.0.0.1", 0), Page) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        forward = forward_of("--file", feed, url=f"http://127.0.0.1:{proxy.server_port}")
        forward.start()
        wait_for(lambda: "the server takes no records" in forward.log.read_text())
        assert "Please sign in" in forward.end()
        proxy.shutdown()
    assert len(list((tmp_path / "spool").glob("*.batch"))) == 1
    forward_of("--file", feed).start()
    wait_for(lambda: arrived(data))
