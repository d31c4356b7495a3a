"""What the text of a caught exception quotes."""

from __future__ import annotations

from data_etiquette.model.catalog import Catalog
from tests.flow.support import flows_in

SENDING = """
    import logging
    import smtplib
    log = logging.getLogger(__name__)

    def deliver(message):
        try:
            smtplib.SMTP("mail").send_message(message)
        except {caught} as error:
            log.error("not sent: %s", error)
"""


def test_refused_recipients_stand_in_the_text_of_the_base_class(catalog: Catalog) -> None:
    assert flows_in(SENDING.format(caught="smtplib.SMTPException"), catalog) == ["10: email -> log"]
    assert flows_in(SENDING.format(caught="Exception"), catalog) == ["10: email -> log"]


def test_a_failed_connection_names_nobody(catalog: Catalog) -> None:
    assert flows_in(SENDING.format(caught="smtplib.SMTPConnectError"), catalog) == []


def test_an_exception_is_followed_through_several_calls(catalog: Catalog) -> None:
    text = """
        import logging
        log = logging.getLogger(__name__)

        class Refused(Exception):
            pass

        def check(email):
            raise Refused(f"no such address: {email}")

        def invite(email):
            check(email)

        def start(email):
            try:
                invite(email)
            except Refused as error:
                log.warning(error)
            except KeyError as error:
                log.warning(error)
    """
    assert flows_in(text, catalog) == ["18: email -> log", "9: email -> exception"]


def test_functions_that_run_each_other_and_raise_what_they_are_given(catalog: Catalog) -> None:
    names = [f"visit{number}" for number in range(24)]
    calls = "".join(f"    {name}(node, state, email)\n" for name in names)
    functions = "".join(
        f"def {name}(node, state, email):\n"
        "    if node: raise Refused(f'{node} {state} {email}')\n"
        f"{calls}"
        for name in names
    )
    text = (
        "import logging\n"
        "class Refused(Exception):\n"
        "    pass\n"
        f"{functions}"
        "def start(node, state, email):\n"
        "    try:\n"
        "        visit0(node, state, email)\n"
        "    except Refused as error:\n"
        "        logging.warning(error)\n"
    )
    last = text.count("\n")
    assert f"{last}: email -> log" in flows_in(text, catalog)
