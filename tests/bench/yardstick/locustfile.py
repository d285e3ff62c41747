"""People for `locust`: each asks for pages in turn, and thinks two seconds."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

from locust import HttpUser, constant, task

ASKED = json.loads(Path(os.environ["YARDSTICK_ASKED"]).read_text(encoding="utf-8"))


class Person(HttpUser):
    """Signed in already; addresses of one kind are one line of the result."""

    wait_time = constant(2)

    def on_start(self) -> None:
        self.client.cookies.set("sessionid", os.environ["YARDSTICK_SESSION"])

    @task
    def page(self) -> None:
        kind, address = random.choice(ASKED)
        with self.client.get(address, name=kind, catch_response=True) as response:
            if response.status_code != 200 or "was stopped" in response.text:
                response.failure(f"{response.status_code} {address}")
