"""The production shape, read as data: no Docker engine is needed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from django.conf import settings

from config import processes
from config.embedded.servers import POSTGRESQL_SETTINGS
from tests.house.test_settings_are_documented import variables
from tests.house.tree import ROOT, text

COMPOSE: dict[str, Any] = yaml.safe_load(text("docker-compose.yml"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
WORKERS = {"worker": "imports", "errands": "default"}
OURS = ("migrate", "web", "worker", "errands", "live", "beat")


def test_the_services_are_those_of_the_architecture() -> None:
    assert set(SERVICES) == {*OURS, "db", "broker"}


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned_to_a_full_version(name: str) -> None:
    assert re.search(r":\d+\.\d+(\.\d+)?(-\w+)?$", SERVICES[name]["image"])


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_says_how_it_feels(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["web", "worker", "errands"])
def test_nothing_starts_before_what_it_needs_is_healthy(name: str) -> None:
    needs = SERVICES[name]["depends_on"]
    assert needs["migrate"]["condition"] == "service_completed_successfully"
    assert {needs[server]["condition"] for server in ("db", "broker")} == {"service_healthy"}


@pytest.mark.parametrize("name", OURS)
def test_secrets_are_files_and_the_rest_is_closed(name: str) -> None:
    service = SERVICES[name]
    environment = service["environment"]
    for secret in ("ZERTIFY_SECRET_KEY", "DATABASE_URL"):
        assert secret not in environment
        assert environment[f"{secret}_FILE"].startswith("/run/secrets/")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert environment["ZERTIFY_PRODUCTION"] == "on"
    assert environment["ZERTIFY_HTTPS"] == "on"


def test_every_secret_is_declared_as_a_file_and_used() -> None:
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])
    assert all(secret["file"].startswith("./secrets/") for secret in COMPOSE["secrets"].values())


NOT_IN_CONTAINERS = {
    "ZERTIFY_VAR": "the image says where the state is",
    "ZERTIFY_HOST": "of `make serve`; the service web says where it listens",
    "ZERTIFY_PORT": "of `make serve`",
    "ZERTIFY_LIVE": "of `make serve`; here live is a service",
    "ZERTIFY_ERRANDS": "in the command of errands",
    "ZERTIFY_DEBUG": "never where others can reach it",
}


def test_every_setting_can_be_given_to_containers() -> None:
    given = {name.removesuffix("_FILE") for name in SERVICES["live"]["environment"]}
    assert variables() - given == set(NOT_IN_CONTAINERS)
    assert not given - variables()


@pytest.mark.parametrize("name", OURS)
def test_files_that_settings_name_can_be_read(name: str) -> None:
    mounts = [one for one in SERVICES[name]["volumes"] if one.endswith(":/run/zertify:ro")]
    assert len(mounts) == 1
    assert "db_password" not in str(SERVICES[name]["secrets"])
    environment = SERVICES[name]["environment"]
    for one in ("LIVE_WEBHOOK_FILE", "SMTP_PASSWORD_FILE", "LIVE_TLS_KEY", "LIVE_TLS_CA"):
        assert environment[f"ZERTIFY_{one}"] == f"${{ZERTIFY_{one}:-}}"


def test_the_environment_holds_no_password() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert name.endswith("_FILE") or "PASSWORD" not in name
            assert not re.search(r"://[^/]*:[^@/]+@", str(value))


def test_the_data_outlives_its_containers() -> None:
    assert set(COMPOSE["volumes"]) == {"state", "database"}
    assert "database:/var/lib/postgresql" in SERVICES["db"]["volumes"]
    assert all("state:/var/lib/zertify" in SERVICES[name]["volumes"] for name in OURS)


def test_only_the_web_server_is_published_and_only_to_the_proxy_beside_it() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"]}


@pytest.mark.parametrize(("name", "queue"), WORKERS.items())
def test_every_queue_has_a_worker_that_takes_no_other(name: str, queue: str) -> None:
    for command in (SERVICES[name]["command"].split(), processes.commands()[name]):
        assert command[command.index("-Q") + 1] == queue
    assert set(WORKERS.values()) == set(settings.CELERY_TASK_QUEUES)


def test_workers_of_one_machine_have_names_of_their_own() -> None:
    commands = [processes.commands()[name] for name in WORKERS]
    assert len({command[command.index("-n") + 1] for command in commands}) == len(WORKERS)


@pytest.mark.parametrize("name", WORKERS)
def test_no_worker_waits_forever_for_a_broker_that_is_gone(name: str) -> None:
    # With heartbeats, Celery would send its farewell until the broker takes it.
    command = SERVICES[name]["command"]
    for absent in ("--without-heartbeat", "--without-gossip", "--without-mingle"):
        assert absent in command
        assert absent in processes.commands()[name]
    assert SERVICES[name]["stop_signal"] == "SIGQUIT"


def test_the_database_is_tuned_as_the_embedded_one() -> None:
    given = dict(re.findall(r"-c (\w+)=(\S+)", SERVICES["db"]["command"]))
    assert "max_locks_per_transaction" in given
    assert given == {name: POSTGRESQL_SETTINGS[name] for name in given}


def test_tables_are_brought_up_to_date_once_and_before_everything_else() -> None:
    assert "manage.py migrate" in SERVICES["migrate"]["command"][-1]
    assert not [name for name in OURS[1:] if "migrate" in str(SERVICES[name]["command"])]
    assert all("migrate" in SERVICES[name]["depends_on"] for name in OURS[1:])


def test_the_image_and_the_service_start_the_same_web_server() -> None:
    command = json.loads(re.findall(r"^CMD (.+)$", text("Dockerfile"), re.MULTILINE)[0])
    assert set(command) <= set(SERVICES["web"]["command"].split())


def test_the_image_runs_as_nobody_special_and_carries_every_floor() -> None:
    lines = text("Dockerfile").splitlines()
    assert "USER 10001" in lines
    code = ("smf", "policy", "web", "analyzer", "designer", "enforcement", "config")
    for floor in (*code, "templates", "static", "docs"):
        assert f"COPY {floor} {floor}" in lines
        assert f"!{floor}" in (ROOT / ".dockerignore").read_text().splitlines()
