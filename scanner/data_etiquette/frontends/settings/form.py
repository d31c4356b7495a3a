"""Which files hold settings, by their names; a few by their first bytes."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

HEAD = 2048
"""Bytes at a file's beginning that decide where its name does not."""

_YAML = frozenset({".yaml", ".yml"})
_JSON = ".json"
_DATA = r"\.(?:ya?ml|json|toml|ini|cfg|conf)$"
_NAMES = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"\.env(?:rc)?(?:[._-][\w.-]+)?$|[\w.-]+\.env$|env\.(?:example|sample)$", "dotenv"),
        (r"(?:docker-)?compose(?:[._-][\w.-]+)?\.ya?ml$", "compose"),
        (r"alembic[\w.-]*\.ini$", "alembic"),
        (r"(?:dbt_project|profiles)\.ya?ml$", "dbt"),
        (r"[\w.-]*(?:logging|logger|log_?config|logconf)[\w.-]*" + _DATA, "logging"),
        (r"[\w.-]*(?:openapi|swagger)[\w.-]*\.(?:ya?ml|json)$", "openapi"),
        (r"[\w.-]+\.tf$", "terraform"),
        (r"[\w-]*crontab$|[\w.-]+\.(?:cron|crontab)$|cronjobs?$", "schedule"),
        (r"[\w.-]*(?:celery|beat|schedule|cron|periodic)[\w.-]*\.ya?ml$", "schedule"),
        (
            r"(?:config|settings|app|application|conf)(?:[._-][\w-]+)?\.(?:ya?ml|toml|ini|cfg)$",
            "config",
        ),
    )
)
_ENDINGS = frozenset(
    {".yaml", ".yml", ".json", ".toml", ".ini", ".cfg", ".conf", ".tf", ".cron", ".crontab", ""}
)
_CONFIG_FOLDERS = frozenset({"config", "conf", "settings", "configs"})
_CONFIG_ENDINGS = frozenset({".yaml", ".yml", ".toml", ".ini"})
_STACK_FOLDERS = frozenset(
    {"cloudformation", "cfn", "aws", "infra", "infrastructure", "stacks", "sam", "serverless"}
    | {"deploy", "deployment", "iac"}
)
_STACK_NAMES = frozenset({"template.yaml", "template.yml", "template.json"})
_STACK_MARKS = (b"AWSTemplateFormatVersion", b"AWS::Serverless", b"Type: AWS::")
# What stands in configuration folders without being the application's settings.
_OTHERS = frozenset({"nginx", "locales", "locale", "translations", "i18n", "fixtures", "routes"})


def form_of(path: str) -> str:
    """Form of a settings file by its name; empty for all others."""
    pure = PurePosixPath(path)
    name = pure.name.lower()
    is_candidate = pure.suffix.lower() in _ENDINGS or "env" in name
    if len(name) > 120 or not is_candidate:
        return ""
    for pattern, form in _NAMES:
        if pattern.match(name) is not None:
            return form
    parent = pure.parent.name.lower()
    is_config = parent in _CONFIG_FOLDERS and pure.suffix.lower() in _CONFIG_ENDINGS
    return "config" if is_config and pure.stem.lower() not in _OTHERS else ""


def may_be_stack(path: str) -> bool:
    """Whether a file's first bytes are worth a look: a template of CloudFormation by its place."""
    pure = PurePosixPath(path)
    suffix = pure.suffix.lower()
    if suffix == ".template" or pure.name.lower() in _STACK_NAMES:
        return True
    if suffix not in _YAML and suffix != _JSON:
        return False
    return any(part.lower() in _STACK_FOLDERS for part in pure.parts[-4:-1])


def is_stack(head: bytes) -> bool:
    """Whether the first bytes are those of a CloudFormation template."""
    return any(mark in head[:HEAD] for mark in _STACK_MARKS)
