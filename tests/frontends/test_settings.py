"""What settings files say, and that no secret of theirs is kept."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_etiquette.app.cache import decode, encode
from data_etiquette.frontends.read import language_of, language_of_content, read_file
from data_etiquette.model.facts import (
    Facts,
    FieldFact,
    OperationFact,
    ScheduleFact,
    SchemaFact,
    SettingFact,
)
from data_etiquette.model.location import Skipped

S = SettingFact


def read(path: str, text: str) -> Facts:
    facts = read_file(path, text.encode())
    assert decode(encode(facts)) == facts
    assert facts.skipped == ()
    assert facts.language == "settings"
    return facts


@pytest.mark.parametrize(
    ("line", "kind", "value"),
    [
        ("SECRET_KEY=hunter2", "set", ""),
        ("export DB_PASSWORD='hunter2'", "set", ""),
        ("STRIPE_API_KEY=hunter2", "set", ""),
        ("AWS_ACCESS_KEY_ID=hunter2", "set", ""),
        ("SMTP_AUTH=hunter2", "set", ""),
        ("DB_PASSWORD=", "empty", ""),
        ("DB_PASSWORD=changeme", "placeholder", ""),
        ("DB_PASSWORD=<your password>", "placeholder", ""),
        ("DB_PASSWORD=${DB_PASS:-hunter2}", "reference", "DB_PASS"),
        ("TOKEN_TTL=30", "number", "30"),
        ("PASSWORD_MIN_LENGTH=8", "number", "8"),
        ("DEBUG=True", "boolean", "true"),
        ("DATABASE_URL=postgres://ann:hunter2@db.example:5432/x", "url", "postgres://db.example:5432"),
        ("DATABASE_URL=postgres://ann:hun/ter2@db.example/x", "url", "postgres://db.example"),
        ("DATABASE_URL=sqlite:///app.db", "url", "sqlite://app.db"),
        ("SENTRY_DSN=https://hunter2@o1.ingest.example/2", "url", "https://o1.ingest.example"),
        ("HOOK=https://hooks.example/services/hunter2", "url", "https://hooks.example"),
        ("DSN='host=db user=ann password=hunter2'", "set", ""),
        ("JDBC=jdbc:postgresql://db/x?password=hunter2", "set", ""),
        ("BLOB=a8f3b2c9d1e0f7a6b5c4d3e2f1", "set", ""),
        ("CMD=redis --requirepass hunter2", "text", "redis --requirepass <secret>"),
        ("FROM=ann@example.org", "text", "<e-mail>"),
        ("GA=G-123 # note", "text", "G-123"),
        ("BIND=::/0", "text", "::/0"),
    ],
)  # fmt: skip
def test_a_value_is_kept_by_its_kind(line: str, kind: str, value: str) -> None:
    (found,) = read(".env", line).settings
    assert (found.kind, found.value) == (kind, value)
    assert "hunter" not in repr(found)


def test_dotenv() -> None:
    text = '# c\nexport A=1\n\nKEY="-----BEGIN\nHUNTER=2\nEND"\nB=x\nno setting\n'
    facts = read("deploy/.env.example", text)
    assert facts.form == "dotenv"
    assert facts.settings == (
        S("A", 2, "number", "1"),
        S("KEY", 4, "set"),
        S("B", 7, "text", "x"),
    )


def test_compose() -> None:
    text = """services:
  db:
    image: postgres:15
    environment:
      - POSTGRES_PASSWORD=hunter2
      - POSTGRES_DB
    command: ["--requirepass", hunter2]
  web:
    environment: {SENTRY_DSN: "https://k@o1.example/2", SECRET_KEY: hunter2}
"""
    facts = read("docker-compose.prod.yml", text)
    assert facts.form == "compose"
    assert facts.settings[:3] + facts.settings[-2:] == (
        S("services.db.image", 3, "text", "postgres:15"),
        S("services.db.environment.POSTGRES_PASSWORD", 5, "set"),
        S("services.db.environment.POSTGRES_DB", 6, "reference", "POSTGRES_DB"),
        S("services.web.environment.SENTRY_DSN", 9, "url", "https://o1.example"),
        S("services.web.environment.SECRET_KEY", 9, "set"),
    )


def test_a_secret_as_the_next_argument_is_not_kept() -> None:
    text = "services:\n  db:\n    command:\n      - --requirepass\n      - hunter2\n"
    assert "hunter2" not in repr(read("compose.yaml", text))


def test_ini_and_logging() -> None:
    text = """[alembic]
sqlalchemy.url = postgresql+psycopg://u:hunter2@db/x
# no = 1
[handler_mail]
class = logging.handlers.SMTPHandler
args = ("smtp.example", "a@example.org", ["b@example.org"], "x", ("ann", "hunter2"))
  more = 1
"""
    facts = read("alembic.ini", text)
    assert facts.form == "alembic"
    assert facts.settings == (
        S("alembic.sqlalchemy.url", 2, "url", "postgresql+psycopg://db"),
        S("handler_mail.class", 5, "text", "logging.handlers.SMTPHandler"),
        S("handler_mail.args", 6, "text", '("smtp.example", "<e-mail>", ["<e-mail>"], "x", (…))'),
    )
    assert read("logging.conf", text).form == "logging"


def test_toml() -> None:
    text = '[default]\nhost = "x" # c\n[default.db]\npassword = """\nhunter2\n"""\nn = 3\n'
    assert read("config/app.toml", text).settings == (
        S("default.host", 2, "text", "x"),
        S("default.db.password", 4, "empty"),
        S("default.db.n", 7, "number", "3"),
    )


def test_dict_config() -> None:
    text = """handlers:
  file:
    class: logging.handlers.TimedRotatingFileHandler
    backupCount: 30
    formatter: ~
"""
    facts = read("conf/logging.yaml", text)
    assert facts.form == "logging"
    assert facts.settings == (
        S("handlers.file.class", 3, "text", "logging.handlers.TimedRotatingFileHandler"),
        S("handlers.file.backupCount", 4, "number", "30"),
        S("handlers.file.formatter", 5, "empty"),
    )


def test_terraform() -> None:
    text = """# c
resource "aws_s3_bucket" "b" {
  acl    = "public-read" # c
  versioning { enabled = true }
  lifecycle_rule {
    expiration {
      days = 30
    }
  }
  tags = {
    a = "b"
  }
  kms_key_id = aws_kms_key.k.arn
  policy = <<EOF
{ "days": 1 }
EOF
}
/* resource "no" "no" {
x = 1 */
resource "aws_db_instance" "d" {
  storage_encrypted = false
  password    = "hunter2"
  cidr_blocks = ["0.0.0.0/0"]
  environment = [{ name = "DB_PASSWORD", value = "hunter2" }]
  env {
    name  = "DB_PASSWORD"
    value = "hunter2"
  }
}
"""
    facts = read("infra/main.tf", text)
    assert facts.form == "terraform"
    assert facts.settings == (
        S("resource.aws_s3_bucket.b.acl", 3, "text", "public-read"),
        S("resource.aws_s3_bucket.b.versioning.enabled", 4, "boolean", "true"),
        S("resource.aws_s3_bucket.b.lifecycle_rule.expiration.days", 7, "number", "30"),
        S("resource.aws_s3_bucket.b.tags.a", 11, "text", "b"),
        S("resource.aws_s3_bucket.b.kms_key_id", 13, "reference", "aws_kms_key.k.arn"),
        S("resource.aws_db_instance.d.storage_encrypted", 21, "boolean", "false"),
        S("resource.aws_db_instance.d.password", 22, "set"),
        S("resource.aws_db_instance.d.cidr_blocks[]", 23, "text", "0.0.0.0/0"),
        S("resource.aws_db_instance.d.env.name", 26, "text", "DB_PASSWORD"),
        S("resource.aws_db_instance.d.env.value", 27, "set"),
    )


STACK = """AWSTemplateFormatVersion: "2010-09-09"
Resources:
  B:
    Type: AWS::S3::Bucket
    Properties:
      BlockPublicAcls: true
      Key: !Ref MyKey
      MasterUserPassword: hunter2
      Environment:
        - {Name: DB_PASSWORD, Value: hunter2}
"""


def test_cloudformation() -> None:
    facts = read("deploy/stack.yaml", STACK)
    assert facts.form == "cloudformation"
    assert facts.settings == (
        S("AWSTemplateFormatVersion", 1, "text", "<number>"),
        S("Resources.B.Type", 4, "text", "AWS::S3::Bucket"),
        S("Resources.B.Properties.BlockPublicAcls", 6, "boolean", "true"),
        S("Resources.B.Properties.Key", 7, "reference", "MyKey"),
        S("Resources.B.Properties.MasterUserPassword", 8, "set"),
        S("Resources.B.Properties.Environment[].Name", 10, "text", "DB_PASSWORD"),
        S("Resources.B.Properties.Environment[].Value", 10, "set"),
    )


def test_openapi() -> None:
    text = """openapi: 3.0.0
security: [{bearer: []}]
paths:
  /users/{id}:
    parameters:
      - {in: path, name: id}
    get:
      operationId: getUser
      security: []
      parameters: [{$ref: "#/components/parameters/Mail"}]
      responses:
        "200": {content: {application/json: {schema: {$ref: "#/components/schemas/User"}}}}
    post:
      requestBody: {content: {a/b: {schema: {properties: {email: {type: string}}}}}}
components:
  parameters:
    Mail: {in: query, name: mail}
  schemas:
    User:
      required: [email]
      properties:
        email: {type: string, format: email, description: Where to write}
        tags: {type: array, items: {type: string}}
        org: {$ref: "#/components/schemas/Org"}
"""
    facts = read("docs/openapi.yaml", text)
    shared = ("path", "id")
    assert facts.operations == (
        OperationFact(
            path="/users/{id}",
            method="get",
            line=7,
            name="getUser",
            params=(shared, ("query", "mail")),
            gives=("User",),
            secured="none",
        ),
        OperationFact(
            path="/users/{id}",
            method="post",
            line=13,
            params=(shared, ("body", "email")),
            secured="bearer",
        ),
    )
    email = FieldFact(
        "email",
        22,
        annotation="string:email",
        options=(("required", "true"),),
        doc="Where to write",
        origin="schema",
    )
    tags = FieldFact("tags", 23, annotation="array[string]", origin="schema")
    org = FieldFact("org", 24, relation="Org", origin="schema")
    assert facts.schemas == (SchemaFact("User", 19, (email, tags, org)),)


def test_schedules() -> None:
    text = (
        "MAILTO=a@b.example\n0 3 * * * root manage.py purge --days=30\n"
        "@daily /x --token hunter2\n# 0 3 * * * x\n"
    )
    assert read("deploy/crontab", text).schedules == (
        ScheduleFact("0 3 * * *", "manage.py purge --days=30", 2),
        ScheduleFact("@daily", "/x --token <secret>", 3),
    )
    text = "beat:\n  purge:\n    task: shop.purge\n    schedule: {hour: 3, minute: 0}\n"
    assert read("celery_beat.yml", text).schedules == (
        ScheduleFact("hour=3 minute=0", "shop.purge", 2, "purge"),
    )


@pytest.mark.parametrize(
    ("path", "language"),
    [
        (".env", "settings"),
        ("prod.env", "settings"),
        (".env.example", "settings"),
        ("compose.override.yaml", "settings"),
        ("config/production.yml", "settings"),
        ("settings.toml", "settings"),
        ("swagger.json", "settings"),
        ("environment.py", "python"),
        ("data/config/x/deep.yaml", ""),
        ("locale/de.yml", ""),
        ("package.json", ""),
        ("tsconfig.json", ""),
        (".github/workflows/ci.yml", ""),
        ("k8s/deployment.yaml", ""),
        ("nginx.conf", ""),
        ("config/locales.yml", ""),
        ("environ", ""),
    ],
)
def test_which_files_are_settings(path: str, language: str) -> None:
    assert language_of(path) == language


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("deploy/stack.yaml", STACK, "settings"),
        ("x.template", STACK, "settings"),
        ("deploy/values.yaml", "replicas: 1", ""),
        ("docs/stack.yaml", STACK, ""),
    ],
)
def test_first_bytes_decide_where_the_place_suggests_a_stack(
    path: str, text: str, language: str
) -> None:
    assert language_of_content(path, text.encode()) == language


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (
            "a: b: c",
            0,
            "not YAML or JSON in line 1: mapping values are not allowed in this context",
        ),
        ("a: " + "[" * 200 + "]" * 200, 0, "nested deeper than 60 levels"),
        ("\n".join(f"k{i}: 1" for i in range(3001)), 3001, "more than 3000 settings"),
    ],
    ids=["broken", "deep", "long"],
)
def test_what_could_not_be_read_is_said(text: str, line: int, reason: str) -> None:
    skipped = read_file("config/x.yaml", text.encode()).skipped
    assert skipped == (Skipped("config/x.yaml", line, reason),)


def test_aliases_are_not_expanded() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 40)
    )
    assert S("a39[]", 40, "reference", "a38") in read("config/x.yaml", bomb).settings


PATHS = (
    ".env", "compose.yml", "alembic.ini", "config/x.toml", "main.tf", "openapi.yaml", "crontab",
    "logging.json", "celery.yaml", "x.template",
)  # fmt: skip
WORDS = st.sampled_from(
    ["a", "password", ":", " ", "=", "\n", "  ", "- ", "{", "}", "[", "]", '"', "'", "#", "&a ",
     "*a", "!Ref ", "\0", "é", "\t", "<<EOF", "EOF", 'resource "a" "b" {', "/*", "*/", "paths",
     "parameters", "$ref", "schemas", "0 3 * * * ", "task", "schedule", "environment", "|", ">",
     "---\n", "...", "%", "${", "://", "@", "properties", "AWSTemplateFormatVersion", '"""', "?"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, max_size=50).map("".join))
def test_any_words_are_facts(text: str) -> None:
    for path in PATHS:
        facts = read_file(path, text.encode())
        assert decode(encode(facts)) == facts


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "word", ["[", "{", "a=", "a: ", "- ", "<<", "\"'", " ", "\n", "* ", "${", "a {\n", "(", "key "]
)
def test_a_hostile_file_is_read_in_linear_time(path: str, word: str) -> None:
    started = time.process_time()
    facts = read_file(path, (word * (300_000 // len(word))).encode())
    assert time.process_time() - started < 8
    assert decode(encode(facts)) == facts
