"""The named checks. A rule's YAML names one here, or its query decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from data_etiquette.checks.cached_data import cached_data
from data_etiquette.checks.cleartext_transport import cleartext_transport
from data_etiquette.checks.collected_never_used import collected_never_used
from data_etiquette.checks.configured_recipient import configured_recipient, declared_configured
from data_etiquette.checks.context import Context
from data_etiquette.checks.cookie_or_session import cookie_or_session
from data_etiquette.checks.external_export import external_export
from data_etiquette.checks.hidden_data import hidden_data
from data_etiquette.checks.identifier_as_key import identifier_as_key
from data_etiquette.checks.incomplete_declaration import incomplete_declaration
from data_etiquette.checks.injectable_query import injectable_query
from data_etiquette.checks.no_erasure_code import no_erasure_code
from data_etiquette.checks.not_analysed import not_analysed
from data_etiquette.checks.over_broad_grant import narrow_grant, over_broad_grant
from data_etiquette.checks.plaintext_credential import kept_unreadable, plaintext_credential
from data_etiquette.checks.preticked_consent import preticked_consent
from data_etiquette.checks.query import field_query, flow_query
from data_etiquette.checks.real_data import real_data
from data_etiquette.checks.real_data_elsewhere import real_data_elsewhere
from data_etiquette.checks.row_protection import row_protection, rows_protected
from data_etiquette.checks.stale_declaration import stale_declaration
from data_etiquette.checks.stated_setting import kept_setting, stated_setting
from data_etiquette.checks.undeclared_data import undeclared_data
from data_etiquette.checks.undeclared_recipient import undeclared_recipient
from data_etiquette.checks.unencrypted_field import unencrypted_field
from data_etiquette.checks.unprotected_file import unprotected_file
from data_etiquette.checks.unvalidated_contact import unvalidated_contact
from data_etiquette.checks.weak_protection import weak_protection
from data_etiquette.model.report import Finding, Practice

Check = Callable[[Context], Iterator[Finding]]
Evidence = Callable[[Context], Iterator[Practice]]

CHECKS: dict[str, Check] = {
    "real_data_elsewhere": real_data_elsewhere,
    "real_data": real_data,
    "identifier_as_key": identifier_as_key,
    "hidden_data": hidden_data,
    "configured_recipient": configured_recipient,
    "injectable_query": injectable_query,
    "external_export": external_export,
    "row_protection": row_protection,
    "over_broad_grant": over_broad_grant,
    "cached_data": cached_data,
    "cookie_or_session": cookie_or_session,
    "weak_protection": weak_protection,
    "cleartext_transport": cleartext_transport,
    "plaintext_credential": plaintext_credential,
    "stated_setting": stated_setting,
    "incomplete_declaration": incomplete_declaration,
    "stale_declaration": stale_declaration,
    "collected_never_used": collected_never_used,
    "field_query": field_query,
    "flow_query": flow_query,
    "no_erasure_code": no_erasure_code,
    "not_analysed": not_analysed,
    "preticked_consent": preticked_consent,
    "undeclared_data": undeclared_data,
    "undeclared_recipient": undeclared_recipient,
    "unencrypted_field": unencrypted_field,
    "unprotected_file": unprotected_file,
    "unvalidated_contact": unvalidated_contact,
}

EVIDENCE: dict[str, Evidence] = {
    "declared_configured": declared_configured,
    "rows_protected": rows_protected,
    "narrow_grant": narrow_grant,
    "kept_setting": kept_setting,
    "kept_unreadable": kept_unreadable,
}
"""Functions that find a promise kept, named by a rule's `evidence`."""
