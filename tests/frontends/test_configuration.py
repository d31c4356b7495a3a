"""Settings that stand in Python, as facts that hold no secret."""

from __future__ import annotations

from data_etiquette.frontends.read import read_file


def _settings(path: str, text: str) -> list[tuple[str, int, str, str]]:
    facts = read_file(path, text.encode())
    return [(item.key, item.line, item.kind, item.value) for item in facts.settings]


def test_settings_module() -> None:
    text = """\
import os
DEBUG = True
DATABASES = {"default": {"PASSWORD": "hunter22", "OPTIONS": {"sslmode": "disable"}}}
DATABASES["default"]["HOST"] = "db.example"
MIDDLEWARE = ["a.B"]
MIDDLEWARE += ["c.D"]
INSTALLED_APPS.append("debug_toolbar")
SESSION_COOKIE_AGE = 60 * 60 * 24
SECRET_KEY = os.environ.get("SECRET_KEY", "")
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "anymail.backends.mailgun.EmailBackend")
lower = 1
"""
    assert _settings("shop/settings/production.py", text) == [
        ("DEBUG", 2, "boolean", "true"),
        ("DATABASES.default.OPTIONS.sslmode", 3, "text", "disable"),
        ("DATABASES.default.PASSWORD", 3, "set", ""),
        ("DATABASES.default.HOST", 4, "text", "db.example"),
        ("MIDDLEWARE[]", 5, "text", "a.B"),
        ("MIDDLEWARE[]", 6, "text", "c.D"),
        ("INSTALLED_APPS[]", 7, "text", "debug_toolbar"),
        ("SESSION_COOKIE_AGE", 8, "number", "86400"),
        ("SECRET_KEY", 9, "reference", ""),
        ("EMAIL_BACKEND", 10, "text", "anymail.backends.mailgun.EmailBackend"),
    ]


def test_settings_class_and_app_config() -> None:
    text = """\
class Config:
    SQLALCHEMY_DATABASE_URI = "postgres://me:secret@host.example/db?sslmode=disable"
class Color:
    RED = 1
class Settings(BaseSettings):
    smtp_tls: bool = False
    token: str = Field("abc")
def create_app():
    app.config["DEBUG"] = True
    app.config.update(SESSION_COOKIE_SECURE=False)
"""
    assert _settings("shop/factory.py", text) == [
        ("SQLALCHEMY_DATABASE_URI", 2, "url", "postgres://host.example?sslmode=disable"),
        ("smtp_tls", 6, "boolean", "false"),
        ("token", 7, "set", ""),
        ("DEBUG", 9, "boolean", "true"),
        ("SESSION_COOKIE_SECURE", 10, "boolean", "false"),
    ]


def test_other_modules_have_no_settings() -> None:
    assert _settings("shop/models.py", "MAX_LENGTH = 5\n") == []
