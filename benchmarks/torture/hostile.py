"""Files that are made to be slow, deep or large."""

from __future__ import annotations

from collections.abc import Iterator

_DEEP = (10, 90, 900, 9_000)
_WIDE = (1_000, 100_000)
_LONG = 3_000_000


def hostile() -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of every hostile file."""
    for name, text in _texts():
        yield name, text.encode("utf-8", "surrogatepass")


def _texts() -> Iterator[tuple[str, str]]:
    yield from _deep()
    yield from _wide()
    yield from _branching()
    yield from _names()
    yield from _other_languages()


def _deep() -> Iterator[tuple[str, str]]:
    """Nesting in everything that nests."""
    for depth in _DEEP:
        name = f"deep{depth}"
        yield f"{name}_list.py", "x = " + "[" * depth + "]" * depth
        yield f"{name}_dict.py", "x = " + "{1: " * depth + "1" + "}" * depth
        yield f"{name}_call.py", "x = " + "f(" * depth + ")" * depth
        yield f"{name}_attribute.py", "x = a" + ".b" * depth
        yield f"{name}_index.py", "x = a" + "[0]" * depth
        yield f"{name}_sum.py", "x = " + " + ".join(["user.email"] * depth)
        yield f"{name}_not.py", "x = " + "not " * depth + "y"
        yield f"{name}_lambda.py", "x = " + "lambda: " * depth + "1"
        yield f"{name}_chain.py", "import logging\nx = q" + ".filter(a=user.email)" * depth
        yield f"{name}_compare.py", "x = " + " < ".join(["y"] * depth)
        yield f"{name}_conditional.py", "x = " + "1 if y else " * depth + "2"
        yield (
            f"{name}_if.py",
            "".join(" " * n + "if a:\n" for n in range(min(depth, 95))) + " " * 95 + "b()\n",
        )
        yield (
            f"{name}_elif.py",
            "if a: pass\n" + "elif user.email == b: print(user.email)\n" * depth,
        )
        yield (
            f"{name}_function.py",
            "".join(" " * n + "def f():\n" for n in range(min(depth, 95))) + " " * 95 + "pass\n",
        )
        yield (
            f"{name}_class.py",
            "".join(" " * n + "class C:\n" for n in range(min(depth, 95))) + " " * 95 + "x = 1\n",
        )
        yield f"{name}_decorator.py", "@a(user.email)\n" * depth + "def f(): pass\n"
        yield f"{name}_annotation.py", "x: " + "list[" * depth + "int" + "]" * depth
        yield (
            f"{name}_try.py",
            "def f(user):\n"
            + "    try:\n        g(user.email)\n    except Exception as e:\n        print(e)\n"
            * depth,
        )
        yield f"{name}_select.sql", "SELECT * FROM (" * depth + "users" + ") t" * depth
        yield f"{name}_parentheses.sql", "SELECT " + "(" * depth + "1" + ")" * depth
        yield (
            f"{name}_case.sql",
            "SELECT " + "CASE WHEN a THEN 1 ELSE " * depth + "2" + " END" * depth,
        )
        yield f"{name}_or.sql", "SELECT email FROM users WHERE " + " OR ".join(["a = 1"] * depth)
        yield f"{name}_union.sql", " UNION ALL ".join(["SELECT email FROM users"] * depth)
        yield (
            f"{name}_with.sql",
            "WITH t0 AS (SELECT email FROM users)"
            + "".join(f", t{n + 1} AS (SELECT * FROM t{n})" for n in range(depth))
            + f" SELECT * FROM t{depth}",
        )
        yield (
            f"{name}_in_string.py",
            'cursor.execute("' + "SELECT * FROM (" * depth + "users" + ") t" * depth + '")',
        )
        yield f"{name}_div.html", "<div>" * depth + "{{ user.email }}" + "</div>" * depth
        yield (
            f"{name}_block.html",
            "{% if a %}" * depth + "{{ user.email }}" + "{% endif %}" * depth,
        )
        yield f"{name}_flow.yaml", "a: " + "[" * depth + "]" * depth
        yield f"{name}_block.yaml", "".join(" " * n + "a:\n" for n in range(min(depth, 2_000)))
        yield f"{name}_list.json", "[" * depth + "]" * depth
        yield f"{name}_table.toml", "[" + ".".join(["a"] * depth) + "]\nb = 1\n"


def _wide() -> Iterator[tuple[str, str]]:
    """Much of everything there may be much of."""
    for count in _WIDE:
        name = f"wide{count}"
        yield f"{name}_list.py", "x = [" + "user.email, " * count + "]"
        yield f"{name}_arguments.py", "log(" + "user.email, " * min(count, 250) + ")"
        yield (
            f"{name}_statements.py",
            "import logging\ndef f(user):\n" + "    logging.info(user.email)\n" * count,
        )
        yield (
            f"{name}_functions.py",
            "".join(
                f"def f{n}(user):\n    return f{n + 1}(user.email)\n"
                for n in range(min(count, 20_000))
            ),
        )
        yield (
            f"{name}_fields.py",
            "from django.db import models\nclass A(models.Model):\n"
            + "".join(f"    email{n} = models.EmailField()\n" for n in range(min(count, 20_000))),
        )
        yield (
            f"{name}_assignments.py",
            "def f(user):\n    a0 = user.email\n"
            + "".join(f"    a{n + 1} = a{n} + a{n}\n" for n in range(min(count, 20_000)))
            + "    print(a9)\n",
        )
        yield (
            f"{name}_columns.sql",
            "CREATE TABLE t ("
            + ", ".join(f"email{n} text" for n in range(min(count, 20_000)))
            + ")",
        )
        yield (
            f"{name}_rows.sql",
            "INSERT INTO users (email) VALUES " + ", ".join(["('a@example.org')"] * count),
        )
        yield f"{name}_statements.sql", "SELECT email FROM users;\n" * count
        yield f"{name}_inputs.html", '<input name="email">\n' * count
        yield f"{name}_variables.html", "{{ user.email }}\n" * count
        yield f"{name}_keys.yaml", "".join(f"k{n}: {n}\n" for n in range(count))
    yield "long_string.py", "x = '" + "a" * 10_000_000 + "'"
    yield "long_name.py", "x" * _LONG + " = 1"
    yield "long_comment.py", "#" * _LONG
    yield "long_line.sql", "SELECT '" + "a" * _LONG + "'"
    yield "long_number.py", "x = " + "9" * 5_000 + "\ny = 0x" + "f" * _LONG
    yield "long_blanks.py", " " * _LONG
    yield "long_dashes.sql", "-" * _LONG
    yield "long_braces.html", "{" * _LONG
    yield "long_less_than.html", "<" * _LONG
    yield "long_quotes.py", "'" * _LONG
    yield "long_backslashes.py", "\\\n" * 300_000


def _branching() -> Iterator[tuple[str, str]]:
    """Ways that double with each step."""
    steps = 40
    yield (
        "double_calls.py",
        "".join(f"def f{n}(a):\n    return f{n + 1}(a) + f{n + 1}(a)\n" for n in range(steps))
        + f"def f{steps}(a):\n    print(a.email)\n    return a.email\nf0(user)\n",
    )
    yield (
        "double_branches.py",
        "import logging\ndef f(user, a):\n    x = user.email\n"
        + "    if a: x = x + user.email\n    else: x = x + user.phone\n" * 400
        + "    logging.info(x)\n",
    )
    yield (
        "double_loops.py",
        "def f(users):\n    x = []\n"
        + "    for u in users:\n        x.append(u.email)\n" * 300
        + "    print(x)\n",
    )
    yield (
        "mutual.py",
        "".join(
            f"def f{n}(a):\n    return " + " + ".join(f"f{m}(a)" for m in range(30)) + "\n"
            for n in range(30)
        )
        + "print(f0(user.email))\n",
    )
    yield (
        "diamonds.py",
        "class A0:\n    email = 1\n    def f(self): print(self.email)\n"
        + "".join(
            f"class B{n}(A{n}): pass\nclass C{n}(A{n}): pass\nclass A{n + 1}(B{n}, C{n}): pass\n"
            for n in range(60)
        ),
    )
    yield (
        "ring_of_classes.py",
        "".join(f"class A{n}(A{(n + 1) % 50}): email = 1\n" for n in range(50)),
    )
    yield (
        "ring_of_names.py",
        "".join(f"a{n} = a{(n + 1) % 50}\n" for n in range(50)) + "print(a0.email)\n",
    )
    yield (
        "overrides.py",
        "class A:\n    def f(self, u): print(u.email)\n"
        + "".join(f"class B{n}(A):\n    def f(self, u): super().f(u)\n" for n in range(400))
        + "def g(a, u):\n    a.f(u)\n",
    )
    yield (
        "wrappers.py",
        "import logging\ndef w0(*a, **k): logging.info(*a, **k)\n"
        + "".join(f"def w{n + 1}(*a, **k): w{n}(*a, **k)\n" for n in range(200))
        + "def f(user): w200(user.email)\n",
    )
    yield "formats.py", 'x = f"' + "{a}" * 3_000 + '"\nprint(x)\n'
    yield (
        "names_of_templates.py",
        "from django.shortcuts import render\ndef f(request, "
        + ", ".join(f"a{n}" for n in range(60))
        + "):\n    return render(request, f'"
        + "".join(f"{{a{n}}}e" for n in range(60))
        + ".html', {})\n",
    )
    yield "e" * 120 + ".html", "{{ user.email }}"
    yield (
        "views.sql",
        "CREATE TABLE t0 (email text);\n"
        + "".join(
            f"CREATE VIEW t{n + 1} AS SELECT a.email FROM t{n} a JOIN t{n} b ON true;\n"
            for n in range(60)
        ),
    )
    yield (
        "joins.sql",
        "SELECT * FROM users u0 "
        + " ".join(f"JOIN users u{n} ON u{n}.id = u0.id" for n in range(1, 300)),
    )


def _names() -> Iterator[tuple[str, str]]:
    """Names that break patterns, pages and terminals."""
    yield "words.py", "\n".join(f"{'a_' * n}email = 1" for n in range(1, 400))
    yield "capitals.py", "A" * 20_000 + "b" * 20_000 + " = 1"
    yield "underscores.py", "_" * 50_000 + " = 1"
    yield "digits.py", "a" + "1a" * 20_000 + " = 1"
    yield "unicode.py", "größe_ı = 1\nﬁ = 2\nｅｍａｉｌ = 3\n"
    yield "surrogates.py", "x = '\udc80\udcff'"
    yield "addresses.py", "x = '" + "a@" * 200_000 + "'"
    yield "dots.py", "x = '" + "a." * 200_000 + "'"
    yield "card.py", "x = '" + "4111 " * 200_000 + "'"
    yield "suppressions.py", "# etiquette: allow[" + "ETQ301," * 50_000 + "] x\n" * 3
    yield "marks.py", "# etiquette:" * 100_000


def _other_languages() -> Iterator[tuple[str, str]]:
    """Aliases that multiply, tags that would run, entities, macros that call themselves."""
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [" + ",".join(["*" + chr(97 + n)] * 9) + "]\n"
        for n in range(12)
    )
    yield "docker-compose.yml", bomb
    yield "etiquette_like.yaml", bomb
    yield "ring.yaml", "a: &a\n  b: *a\n"
    yield (
        "merge.yaml",
        "a: &a {x: 1}\n" + "".join(f"b{n}: {{<<: *a, y: {n}}}\n" for n in range(20_000)),
    )
    yield "tags.yaml", "a: !!python/object/apply:os.system ['false']\nb: !include /etc/passwd\n"
    yield "macro.html", "{% macro m() %}{{ m() }}{{ user.email }}{% endmacro %}{{ m() }}"
    yield "itself.html", "{% extends 'itself.html' %}{% include 'itself.html' %}{{ user.email }}"
    yield "entities.html", "&lt;" * 300_000
    yield "comments.html", "<!--" * 300_000
    yield "script.html", "<script>" + "a.b(" * 100_000
    yield "attributes.html", "<input " + " ".join(f'a{n}="b"' for n in range(50_000)) + ">"
    yield "requirements.txt", "-r requirements.txt\n" * 1_000 + "a" * 100_000 + "==1\n"
    yield "poetry.lock", "[[package]]\nname = 'a'\n" * 20_000
    yield "pyproject.toml", "a = [" + "[" * 5_000
    yield "main.tf", 'resource "a" "b" {' * 5_000
    yield "dollars.sql", "$a$" * 200_000
    yield "delimiters.sql", "DELIMITER //\n" * 20_000 + "SELECT 1//\n"
    yield "comments.sql", "/*" * 300_000
    yield "quotes.sql", "'" * 500_001
    yield "copy.sql", "COPY users (email) FROM stdin;\n" + "a\tb\n" * 300_000
