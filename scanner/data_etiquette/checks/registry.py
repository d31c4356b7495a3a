"""The named checks. A rule's YAML names one here, or its query decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from data_etiquette.checks.access_path import access_paths, no_access_path
from data_etiquette.checks.agreement import agreement_in_force, no_agreement
from data_etiquette.checks.automated_decision import (
    automated_decision_declared,
    undeclared_automated_decision,
)
from data_etiquette.checks.bundled_consent import bundled_consent
from data_etiquette.checks.cached_data import cached_data
from data_etiquette.checks.children import age_gate_found, children_without_age_gate
from data_etiquette.checks.cleartext_transport import cleartext_transport
from data_etiquette.checks.collected_never_used import collected_never_used
from data_etiquette.checks.collection_notice import collection_without_notice, linked_notices
from data_etiquette.checks.configured_recipient import configured_recipient, declared_configured
from data_etiquette.checks.consent_not_recorded import consent_not_recorded, consent_recorded
from data_etiquette.checks.consented_sharing import sharing_with_consent, sharing_without_consent
from data_etiquette.checks.context import Context
from data_etiquette.checks.cookie_or_session import cookie_or_session
from data_etiquette.checks.data_in_exception import data_in_exception
from data_etiquette.checks.data_in_url import data_in_url
from data_etiquette.checks.data_to_recipient import data_within_list, undeclared_data_to_recipient
from data_etiquette.checks.dead_consent_check import dead_consent_check
from data_etiquette.checks.declared_retention import no_declared_retention, retention_declared
from data_etiquette.checks.duplicated_data import duplicated_data
from data_etiquette.checks.enforced_retention import retention_enforced, retention_not_enforced
from data_etiquette.checks.erasure_passed_on import erasure_not_passed_on, erasure_passed_on
from data_etiquette.checks.exposed_endpoint import exposed_endpoint, guarded_endpoints
from data_etiquette.checks.external_export import external_export
from data_etiquette.checks.freshness import fresh_records, no_freshness
from data_etiquette.checks.hidden_data import hidden_data
from data_etiquette.checks.identifier_as_key import identifier_as_key
from data_etiquette.checks.incomplete_declaration import incomplete_declaration
from data_etiquette.checks.incomplete_erasure import erasure_complete, incomplete_erasure
from data_etiquette.checks.injectable_query import injectable_query
from data_etiquette.checks.kept_history import history_erased, history_keeps_data
from data_etiquette.checks.malformed_suppression import malformed_suppression
from data_etiquette.checks.no_erasure_code import erasures_found, no_erasure_code
from data_etiquette.checks.no_withdrawal import no_withdrawal, withdrawal_found
from data_etiquette.checks.not_analysed import not_analysed
from data_etiquette.checks.notice_drift import notice_complete, notice_drift
from data_etiquette.checks.over_broad_grant import narrow_grant, over_broad_grant
from data_etiquette.checks.over_collection import over_collection
from data_etiquette.checks.over_exposed_response import over_exposed_response
from data_etiquette.checks.plaintext_credential import kept_unreadable, plaintext_credential
from data_etiquette.checks.policy_violation import policies_held, policy_violation
from data_etiquette.checks.preticked_consent import preticked_consent
from data_etiquette.checks.purposes import code_without_purpose, undeclared_purpose
from data_etiquette.checks.query import field_query, flow_query
from data_etiquette.checks.real_data import real_data
from data_etiquette.checks.real_data_elsewhere import real_data_elsewhere
from data_etiquette.checks.rectification import no_rectification_path, rectification_paths
from data_etiquette.checks.retention_clock import clock_found, no_retention_clock
from data_etiquette.checks.review_overdue import review_overdue, reviewed_in_time
from data_etiquette.checks.row_protection import row_protection, rows_protected
from data_etiquette.checks.select_star import select_star
from data_etiquette.checks.soft_delete import purge_behind_mark, soft_delete_only
from data_etiquette.checks.special_category import (
    special_category_with_ground,
    special_category_without_ground,
)
from data_etiquette.checks.stale_copy import renewed_copies, stale_copy
from data_etiquette.checks.stale_declaration import stale_declaration
from data_etiquette.checks.stale_suppression import stale_suppression
from data_etiquette.checks.stated_setting import kept_setting, stated_setting
from data_etiquette.checks.third_party_script import third_party_script
from data_etiquette.checks.tracking_before_consent import (
    tracking_after_consent,
    tracking_before_consent,
)
from data_etiquette.checks.transfer_safeguard import (
    transfer_safeguarded,
    transfer_without_safeguard,
)
from data_etiquette.checks.unbounded_store import store_bounded, unbounded_store
from data_etiquette.checks.undeclared_cookie import declared_cookie, undeclared_cookie
from data_etiquette.checks.undeclared_data import undeclared_data
from data_etiquette.checks.undeclared_purge import purge_without_declaration
from data_etiquette.checks.undeclared_recipient import recipient_declared, undeclared_recipient
from data_etiquette.checks.undeclared_source import declared_source, undeclared_source
from data_etiquette.checks.unencrypted_field import unencrypted_field
from data_etiquette.checks.unlisted_host import unlisted_host
from data_etiquette.checks.unprotected_file import unprotected_file
from data_etiquette.checks.unvalidated_contact import unvalidated_contact
from data_etiquette.checks.use_without_consent import consent_asked, use_without_consent
from data_etiquette.checks.weak_protection import weak_protection
from data_etiquette.model.report import Finding, Practice

Check = Callable[[Context], Iterator[Finding]]
Evidence = Callable[[Context], Iterator[Practice]]

CHECKS: dict[str, Check] = {
    "data_in_exception": data_in_exception,
    "data_in_url": data_in_url,
    "code_without_purpose": code_without_purpose,
    "undeclared_purpose": undeclared_purpose,
    "over_collection": over_collection,
    "collection_without_notice": collection_without_notice,
    "stale_copy": stale_copy,
    "duplicated_data": duplicated_data,
    "no_freshness": no_freshness,
    "no_access_path": no_access_path,
    "no_rectification_path": no_rectification_path,
    "select_star": select_star,
    "over_exposed_response": over_exposed_response,
    "exposed_endpoint": exposed_endpoint,
    "stale_suppression": stale_suppression,
    "malformed_suppression": malformed_suppression,
    "unlisted_host": unlisted_host,
    "sharing_without_consent": sharing_without_consent,
    "policy_violation": policy_violation,
    "transfer_without_safeguard": transfer_without_safeguard,
    "no_agreement": no_agreement,
    "undeclared_data_to_recipient": undeclared_data_to_recipient,
    "erasure_not_passed_on": erasure_not_passed_on,
    "purge_without_declaration": purge_without_declaration,
    "history_keeps_data": history_keeps_data,
    "unbounded_store": unbounded_store,
    "no_retention_clock": no_retention_clock,
    "soft_delete_only": soft_delete_only,
    "incomplete_erasure": incomplete_erasure,
    "retention_not_enforced": retention_not_enforced,
    "no_declared_retention": no_declared_retention,
    "review_overdue": review_overdue,
    "undeclared_automated_decision": undeclared_automated_decision,
    "bundled_consent": bundled_consent,
    "children_without_age_gate": children_without_age_gate,
    "consent_not_recorded": consent_not_recorded,
    "dead_consent_check": dead_consent_check,
    "no_withdrawal": no_withdrawal,
    "notice_drift": notice_drift,
    "special_category_without_ground": special_category_without_ground,
    "third_party_script": third_party_script,
    "tracking_before_consent": tracking_before_consent,
    "undeclared_cookie": undeclared_cookie,
    "undeclared_source": undeclared_source,
    "use_without_consent": use_without_consent,
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
    "recipient_declared": recipient_declared,
    "linked_notices": linked_notices,
    "renewed_copies": renewed_copies,
    "fresh_records": fresh_records,
    "access_paths": access_paths,
    "rectification_paths": rectification_paths,
    "guarded_endpoints": guarded_endpoints,
    "sharing_with_consent": sharing_with_consent,
    "policies_held": policies_held,
    "transfer_safeguarded": transfer_safeguarded,
    "agreement_in_force": agreement_in_force,
    "data_within_list": data_within_list,
    "erasure_passed_on": erasure_passed_on,
    "history_erased": history_erased,
    "store_bounded": store_bounded,
    "clock_found": clock_found,
    "purge_behind_mark": purge_behind_mark,
    "erasure_complete": erasure_complete,
    "retention_enforced": retention_enforced,
    "retention_declared": retention_declared,
    "erasures_found": erasures_found,
    "reviewed_in_time": reviewed_in_time,
    "age_gate_found": age_gate_found,
    "automated_decision_declared": automated_decision_declared,
    "consent_asked": consent_asked,
    "consent_recorded": consent_recorded,
    "declared_cookie": declared_cookie,
    "declared_source": declared_source,
    "notice_complete": notice_complete,
    "special_category_with_ground": special_category_with_ground,
    "tracking_after_consent": tracking_after_consent,
    "withdrawal_found": withdrawal_found,
    "declared_configured": declared_configured,
    "rows_protected": rows_protected,
    "narrow_grant": narrow_grant,
    "kept_setting": kept_setting,
    "kept_unreadable": kept_unreadable,
}
"""Functions that find a promise kept, named by a rule's `evidence`."""
