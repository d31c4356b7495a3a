"""SQL in Python strings: found, put together, at its line, with what it binds and gives."""

from __future__ import annotations

import subprocess
import sys

import pytest

from data_etiquette.flow.sql.tables import merged_tables
from data_etiquette.frontends.python.read import read_python
from data_etiquette.model.facts import Facts, StatementFact


def read(text: str, path: str = "app/db.py") -> Facts:
    return read_python(path, text)


def one(text: str) -> StatementFact:
    (fact,) = read(text).statements
    return fact


LITERALS = {
    "literal": ('c.execute("SELECT email FROM users")', 1, "SELECT email FROM users"),
    "text()": ('s.execute(text("SELECT email FROM users"))', 1, "SELECT email FROM users"),
    "constant of a module": (
        'SQL = """\nSELECT email\nFROM users"""',
        2,
        "\nSELECT email\nFROM users",
    ),
    "constant of a class": (
        'class R:\n    SQL = "SELECT email FROM users"',
        2,
        "SELECT email FROM users",
    ),
    "side by side": (
        'c.execute(\n    "SELECT email "\n    "FROM users"\n)',
        2,
        "SELECT email FROM users",
    ),
    "added": ('q = "SELECT email " + "FROM users"', 1, "SELECT email "),
    "f-string": ('q = f"SELECT email FROM users WHERE id = {uid}"', 1, None),
    "format": (
        'q = "SELECT email FROM {} WHERE id = {}".format("users", x)',
        1,
        "SELECT email FROM {} WHERE id = {}",
    ),
    "percent": (
        'q = "SELECT email FROM %s WHERE name = \'%s\'" % ("users", name)',
        1,
        "SELECT email FROM %s WHERE name = '%s'",
    ),
    "joined": ('q = " ".join(["SELECT email", "FROM users"])', 1, None),
    "name of a constant": (
        'TABLE = "users"\nq = f"SELECT email FROM {TABLE}"',
        2,
        "SELECT email FROM ",
    ),
    "psycopg": (
        'q = sql.SQL("SELECT {} FROM {}").format(sql.Identifier("email"), sql.Identifier("users"))',
        1,
        "SELECT {} FROM {}",
    ),
    "asyncpg": ('await conn.fetch("SELECT email FROM users WHERE id = $1", i)', 1, None),
    "read_sql": ('pd.read_sql("SELECT email FROM users", con)', 1, None),
    "raw": ('User.objects.raw("SELECT email FROM users")', 1, None),
    "dedent": ('q = dedent("""\\\n    SELECT email FROM users""")', 2, None),
}


@pytest.mark.parametrize("name", sorted(LITERALS))
def test_found_at_its_line(name: str) -> None:
    text, line, literal = LITERALS[name]
    fact = one(text)
    assert (fact.verb, fact.line, fact.tables) == ("select", line, ("users",))
    assert "users.email" in fact.reads
    assert fact.embedded
    if literal is not None:
        assert fact.literal == literal


@pytest.mark.parametrize(
    "text",
    [
        '"""SELECT email FROM users WHERE id = 1"""',
        'log.info("select a file from the list")',
        'raise ValueError("update the settings")',
        'x = "with love"',
    ],
)
def test_prose_and_docstrings_are_no_sql(text: str) -> None:
    assert read(text).statements == ()


PARAMETERS = {
    "question marks of an INSERT": (
        'c.execute("INSERT INTO users (email, name) VALUES (?, lower(?))", v)',
        (("0", "users.email"), ("1", "users.name")),
        ("0", "1"),
    ),
    "executemany with %s": (
        'c.executemany("INSERT INTO users (email, name) VALUES (%s, %s)", rows)',
        (("0", "users.email"), ("1", "users.name")),
        ("0", "1"),
    ),
    "named": (
        'c.execute("UPDATE users SET phone = :phone WHERE email = :mail", v)',
        (("phone", "users.phone"), ("mail", "users.email")),
        ("phone",),
    ),
    "numbered": (
        'c.execute("UPDATE users SET phone = $2 WHERE lower(email) = $1", m, p)',
        (("1", "users.phone"), ("0", "users.email")),
        ("1",),
    ),
    "pyformat": (
        'c.execute("SELECT id FROM users u WHERE u.email IN (%(a)s, %(b)s)", v)',
        (("a", "users.email"), ("b", "users.email")),
        (),
    ),
    "a value put in has its path for a name": (
        "c.execute(f\"SELECT id FROM users WHERE email = '{mail}' AND name = %s\", [n])",
        (("{mail}", "users.email"), ("0", "users.name")),
        (),
    ),
    "put in by + and %": (
        'c.execute("UPDATE users SET email = \'" + order.mail + "\' WHERE id = %d" % (uid))',
        (("{order.mail}", "users.email"), ("{uid}", "users.id")),
        ("{order.mail}",),
    ),
    "put in by format": (
        "c.execute(\"INSERT INTO users (name, age) VALUES ('{}', {})\".format(name, p.age))",
        (("{name}", "users.name"), ("{p.age}", "users.age")),
        ("{name}", "{p.age}"),
    ),
    "braces of a plain text are no values": (
        "c.execute(\"UPDATE users SET data = jsonb_set(data, '{email}', %s) WHERE id = %s\", v)",
        (("0", "users.data"), ("1", "users.id")),
        ("0",),
    ),
    "at signs": (
        'c.execute("UPDATE users SET email = @mail WHERE id = @id")',
        (("mail", "users.email"), ("id", "users.id")),
        ("mail",),
    ),
    "numbers behind colons": (
        'c.execute("DELETE FROM users WHERE email = :1 AND name = :2", v)',
        (("0", "users.email"), ("1", "users.name")),
        (),
    ),
    "numbered question marks": (
        'c.execute("INSERT INTO users (email, name, mail) VALUES (?1, ?2, ?1)", v)',
        (("0", "users.email"), ("1", "users.name"), ("0", "users.mail")),
        ("0", "1"),
    ),
    "all rows": (
        'c.execute("INSERT INTO users (email, name) VALUES (%s, now()), (%s, %s)", v)',
        (("0", "users.email"), ("1", "users.email"), ("2", "users.name")),
        ("0", "1", "2"),
    ),
    "what an upsert sets": (
        'c.execute("INSERT INTO users (email) VALUES (%(m)s) ON CONFLICT (email)"\n'
        '          " DO UPDATE SET name = %(n)s", v)',
        (("m", "users.email"), ("n", "users.name")),
        ("m", "n"),
    ),
    "ON DUPLICATE KEY": (
        'c.execute("INSERT INTO users (email) VALUES (%s) ON DUPLICATE KEY UPDATE name = %s", v)',
        (("0", "users.email"), ("1", "users.name")),
        ("0", "1"),
    ),
    "INSERT SET": (
        'c.execute("INSERT INTO users SET email = %s, name = lower(%s)", v)',
        (("0", "users.email"), ("1", "users.name")),
        ("0", "1"),
    ),
    "INSERT SELECT": (
        'c.execute("INSERT INTO users (email, name) SELECT %s, %s WHERE NOT EXISTS"\n'
        '          " (SELECT 1 FROM users WHERE email = %s)", v)',
        (("0", "users.email"), ("1", "users.name"), ("2", "users.email")),
        ("0", "1"),
    ),
    "psycopg's composed statements": (
        'c.execute(sql.SQL("UPDATE {t} SET {} = {v} WHERE id = {n}").format('
        'sql.Identifier("email"), t=sql.Identifier("crm", "users"), v=sql.Placeholder(), '
        'n=sql.Placeholder("id")))',
        (("0", "crm.users.email"), ("id", "crm.users.id")),
        ("0",),
    ),
}


def test_escaped_values_are_not_put_in() -> None:
    text = 'c.execute(sql.SQL("SELECT a FROM users WHERE email = {}").format({}))'
    assert not one(text.replace("({})", "(sql.Literal(x))")).built
    assert not one(text.replace("({})", "(sql.Placeholder())")).built
    assert one('c.execute("SELECT a FROM users WHERE email = {}".format(x))').built
    assert not one("c.execute(\"UPDATE users SET data = '{email}' WHERE id = 1\")").built


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_bound_values(name: str) -> None:
    text, parameters, written = PARAMETERS[name]
    fact = read(text).statements[0]
    assert (fact.parameters, fact.written) == (parameters, written)


def test_outputs_in_order() -> None:
    text = (
        'c.execute("SELECT u.email AS mail, count(*), concat(u.first, u.last) n, o.* "\n'
        '          "FROM users u JOIN orders o ON o.uid = u.id")'
    )
    assert one(text).outputs == (
        ("mail", ("users.email",)),
        ("", ()),
        ("n", ("users.first", "users.last")),
        ("*", ("orders.*",)),
    )


def test_tables_of_strings_but_not_what_a_migration_takes_back() -> None:
    text = (
        "class Migration:\n"
        "    operations = [migrations.RunSQL(\n"
        '        "CREATE TABLE badge (email text)",\n'
        '        reverse_sql="DROP TABLE badge",\n'
        "    )]\n"
        "def downgrade():\n"
        '    op.execute("DROP TABLE badge")\n'
    )
    facts = read(text, "app/migrations/0001_initial.py")
    assert [(item.action, item.name, item.line) for item in facts.tables] == [
        ("create", "badge", 3)
    ]


def test_a_reset_in_code_drops_no_table() -> None:
    assert read('c.execute("DROP TABLE IF EXISTS users")').tables == ()


def test_conditions_of_extra() -> None:
    fact = one('User.objects.extra(where=["lower(email) = %s"], params=[m])')
    assert (fact.verb, fact.reads, fact.parameters) == ("select", ("email",), (("0", "email"),))


def test_lines_of_pieces() -> None:
    text = (
        'q = ("SELECT email "\n'
        '     "FROM users; "\n'
        '     "DELETE FROM users "\n'
        '     f"WHERE id = {x}")\n'
    )
    assert [(fact.verb, fact.line) for fact in read(text).statements] == [
        ("select", 1),
        ("delete", 3),
    ]


@pytest.mark.parametrize(
    ("line", "loaded"),
    [
        ("log.info('settings of %s', user.email)", ["False", "False"]),
        ("log.info('select one', user.email)", ["False", "False"]),
        ("c.execute('SELECT email FROM users')", ["True", "True"]),
    ],
)
def test_the_parser_is_loaded_for_sql_only(line: str, loaded: list[str]) -> None:
    code = (
        "import sys; from data_etiquette.frontends.python.read import read_python;"
        f"read_python('a.py', {line!r}); print('sqlglot' in sys.modules, "
        "'data_etiquette.frontends.sql.read' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == loaded


def test_controls_in_strings_are_kept() -> None:
    facts = read_python(
        "alembic/versions/0002_rights.py",
        "from alembic import op\n"
        "def upgrade():\n"
        '    op.execute("GRANT SELECT ON customers TO PUBLIC")\n'
        '    op.execute("""\n'
        "        REVOKE ALL ON orders FROM guest;\n"
        "        ALTER TABLE customers ENABLE ROW LEVEL SECURITY\n"
        '    """)\n'
        '    op.execute("create policy own on customers using (id = 1)")\n'
        "def downgrade():\n"
        '    op.execute("DROP POLICY own ON customers")\n',
    )
    assert [(fact.line, fact.kind, fact.tables) for fact in facts.controls] == [
        (3, "grant", ("customers",)),
        (5, "revoke", ("orders",)),
        (6, "row-security", ("customers",)),
        (8, "row-security", ("customers",)),
    ]


def test_prose_that_begins_like_a_control_is_none() -> None:
    facts = read_python(
        "app.py",
        'A = "Create a new policy for the team"\n'
        'B = "Grant access on request to guests"\n'
        'C = "revoke the key on the page from the list"\n'
        'D = "Drop event handlers"\n',
    )
    assert facts.controls == ()


def test_statements_of_run_sql_change_the_schema() -> None:
    facts = read_python(
        "shop/migrations/0002_letter.py",
        "from django.db import migrations\n"
        "class Migration(migrations.Migration):\n"
        "    operations = [\n"
        '        migrations.RunSQL("CREATE TABLE letter (id int, mail text)", "DROP TABLE x"),\n'
        "        migrations.RunSQL(\n"
        '            ["ALTER TABLE letter ADD COLUMN birth_date date",\n'
        '             ("ALTER TABLE letter RENAME COLUMN mail TO email", None)],\n'
        "            reverse_sql=migrations.RunSQL.noop,\n"
        "        ),\n"
        "    ]\n",
    )
    [(_, table)] = merged_tables([facts])
    assert [(column.name, column.line) for column in table.columns] == [
        ("id", 4),
        ("email", 7),
        ("birth_date", 6),
    ]
