"""Values of settings without what must not be kept: secrets are told by their kind alone."""

from __future__ import annotations

import re
from itertools import pairwise

from data_etiquette.frontends.redact import redact

MAX_VALUE = 80

_SECRET = re.compile(
    r"pass(?:word|wd|phrase|code)?(?:$|[^a-z])|passw|pwd|secret|token|credential|salt(?:$|[^a-z])"
    r"|private|(?:api|access|auth|encryption|signing|master|license|account|shared|service|storage"
    r"|fernet|jwt|aes|hmac|write|ingest|public|client|app|instrumentation|deploy|webhook)"
    r"[\W_]?key|(?:^|[^a-z])pat(?:$|[^a-z])|pepper|signature|htpasswd|cookie_?key|session_?key"
    r"|_key$|^key$|(?:^|[^a-z])auth$",
    re.IGNORECASE,
)
# Names that hold such words and are settings about them.
_ABOUT_SECRETS = re.compile(
    r"(?:expir\w*|hashers?|backends?|classes|generator|lifetime|ttl|timeout|length|min\w*|max\w*|policy|validators?|url|uri|host|header"
    r"|field|name|type|algorithm|rotation|enabled?|required|days|hours|minutes|seconds|age|kms_key"
    r"|kms_key_id|kms_master_key_id|primary_key|foreign_key|public_access_block)$",
    re.IGNORECASE,
)
# Whatever stands below such a key is secret, under any name.
_HOLDERS = frozenset(
    {"secret", "secrets", "credential", "credentials", "password", "passwords", "token", "tokens"}
    | {"api_keys", "apikeys"}
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):/{1,3}(\S*)")
_HOST = re.compile(r"[^\s/?#]*")
_SECURED = re.compile(
    r"[?&]((?:ssl_?mode|ssl|tls|use_?ssl|sslverify|encrypt|trustservercertificate|ssl_cert_reqs)"
    r"=[\w-]{1,20})",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\$\{([A-Za-z_][\w.]*)[^}]*\}|\$([A-Za-z_]\w*)|%\(([\w.]+)\)s|\{\{\s*([\w.]+)[^}]*\}\}"
    r"|\*([\w-]+)$"
)
_PLACEHOLDER = re.compile(
    r"<[^<>]*>|\[[^\[\]]*\]|x{3,}|\*{3,}|\.{3}|(?:please[\s_-]*)?change[\s_-]*(?:me|this|it)?!*"
    r"|change[\s_-]?(?:me|this)\b.*"
    r"|your[\s_-].*|todo.*|fixme.*|replace[\s_-]?(?:me|this|with).*|insert[\s_-].*|example.*"
    r"|dummy.*|none|null|secret|password|test|undefined",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"[-+]?\d{1,12}(?:\.\d{1,6})?(?:[kmgt]?b?|[smhd]|ms|min|days?|hours?)?", re.IGNORECASE
)
_BOOLEAN = frozenset({"true", "false", "yes", "no", "on", "off", "enabled", "disabled"})
_RANDOM = re.compile(r"(?=[^\s]*\d)(?=[^\s]*[A-Za-z])[A-Za-z0-9+/=_-]{24,}")
_PRIVATE = re.compile(
    r"-----BEGIN|(?:passw|pwd|secret|token|credential|api_?key)\w{0,30}[\"']?\s{0,9}[=:]",
    re.IGNORECASE,
)
_ARGUMENT = re.compile(
    r"([\w-]{0,40}(?:pass|pwd|secret|token|key|auth)[\w-]{0,40}[=:\s]\s{0,9}"
    r"|(?:bearer|basic)\s{1,9})[^\s\"'&]+|(?<=\s)-p\w+",
    re.IGNORECASE,
)
# Credentials of a logging handler stand in a pair inside its arguments.
_INNER_PAIR = re.compile(r"(?<=.)\([^()]*\)")
_OPEN_ADDRESSES = frozenset({"0.0.0.0", "0.0.0.0/0", "::/0", "::", "127.0.0.1", "::1", "*"})  # noqa: S104 (compared with)


def is_secret_name(key: str) -> bool:
    """Whether a setting's name says that its value is to be kept secret."""
    *above, name = key.replace("[]", "").split(".")
    if any(part.lower() in _HOLDERS for part in above):
        return True
    if name.lower() in ("value", "default") and above:
        name = above[-1]
    name = _CAMEL.sub("_", name)
    return _SECRET.search(name) is not None and _ABOUT_SECRETS.search(name) is None


def judged(key: str, raw: str) -> tuple[str, str]:
    """(kind, what may be kept) of one value; see `SettingFact`."""
    raw = raw.strip()
    if not raw:
        return "empty", ""
    if raw in _OPEN_ADDRESSES:
        return "text", raw
    reference = _REFERENCE.match(raw)
    if reference is not None and reference.end() == len(raw):
        return "reference", next(filter(None, reference.groups()), "")
    lowered = raw.lower()
    if lowered in _BOOLEAN:
        return "boolean", lowered
    is_secret = is_secret_name(key)
    if is_secret or _PRIVATE.search(raw):
        return ("placeholder" if _PLACEHOLDER.fullmatch(raw) else "set"), ""
    url = _URL.match(raw)
    if url is not None:
        return "url", _scheme_and_host(url)
    if _NUMBER.fullmatch(raw):
        return "number", redact(raw)
    if _PLACEHOLDER.fullmatch(raw):
        return "placeholder", ""
    if _RANDOM.fullmatch(raw) and _is_mixed(raw):
        return "set", ""
    return "text", without_secrets(" ".join(raw[:400].split()))[:MAX_VALUE]


def without_secrets(text: str) -> str:
    """A text or command without what follows a word for a secret."""
    text = _ARGUMENT.sub(lambda match: f"{match.group(1) or ''}<secret>", text)
    return redact(_INNER_PAIR.sub("(…)", text))


def _scheme_and_host(url: re.Match[str]) -> str:
    # Passwords hold slashes too: what stands behind the last `@` surely is none.
    found = _HOST.match(_REFERENCE.sub("{}", url.group(2)).rpartition("@")[2])
    host = found.group() if found is not None else ""
    shown = redact(host)[:60] if host not in _OPEN_ADDRESSES else host
    # How the connection is secured is the one thing of the rest that tells nothing private.
    secured = _SECURED.search(url.group(2))
    return f"{url.group(1).lower()}://{shown}{'?' + secured.group(1) if secured else ''}"


def _is_mixed(raw: str) -> bool:
    """Whether digits stand all over it, as in keys, and not at an end, as in names."""
    changes = sum(a.isdigit() != b.isdigit() for a, b in pairwise(raw))
    return changes >= 6
