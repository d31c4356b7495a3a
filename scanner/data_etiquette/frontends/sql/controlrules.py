"""What statements that protect, expose or expire data look like, per dialect.

Each rule matches one statement's text, its white space single and its comments gone. Groups named
`table`, `tables`, `column` and `columns` say what is concerned; all other groups are details.
"""

# A pattern on one line can be read; cut in pieces it cannot.
# ruff: noqa: E501

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = r"(?:\"[^\"]+\"|`[^`]+`|\[[^\]]+\]|[^\s(),;.'\"]+)"
_NAME = rf"{_PART}(?:\s?\.\s?{_PART}){{0,3}}"
_LIST = rf"{_NAME}(?:\s?\([^()]*\))?(?:\s?,\s?(?:TABLE )?{_NAME}(?:\s?\([^()]*\))?)*"
_ALTER = rf"ALTER (?:FOREIGN |EXTERNAL |ICEBERG )?TABLE (?:IF EXISTS )?(?:ONLY )?(?P<table>{_NAME})"
_COLUMN = rf"(?:ALTER|MODIFY|CHANGE) (?:COLUMN )?(?P<column>{_NAME})"
_CREATE = r"CREATE (?:OR REPLACE )?(?:OR ALTER )?"
_TABLE = rf"{_CREATE}(?:\w+ ){{0,3}}TABLE (?:IF NOT EXISTS )?(?P<table>{_NAME})"
_IF = r"(?:IF NOT EXISTS )?"
_SPAN = r"(?:(?! (?:SETTINGS|COMMENT|PRIMARY|ORDER) )[^,()]|\([^()]*\))+"


@dataclass(frozen=True, slots=True)
class Rule:
    """One form of statement."""

    kind: str
    pattern: re.Pattern[str]
    words: frozenset[str]
    """Words without which it can't match: most statements fail here."""
    details: tuple[tuple[str, str], ...] = ()
    search: bool = False
    """Whether it may stand anywhere in the statement."""


def _rule(kind: str, words: str, pattern: str, *, search: bool = False, **details: str) -> Rule:
    spaced = pattern.replace("<n>", _NAME).replace("<l>", _LIST)
    compiled = re.compile(spaced, re.IGNORECASE | re.DOTALL)
    return Rule(kind, compiled, frozenset(words.split()), tuple(details.items()), search)


RULES: tuple[Rule, ...] = (
    # Row security
    _rule("row-security", "ALTER ROW LEVEL", rf"{_ALTER} (?P<state>ENABLE|DISABLE|FORCE|NO FORCE) ROW LEVEL"),
    _rule("row-security", "ALTER ROW LEVEL", rf"{_ALTER} ROW LEVEL SECURITY (?P<state>ON|OFF)"),
    _rule("row-security", "ROW ACCESS POLICY ADD", rf"{_ALTER} ADD ROW ACCESS POLICY (?P<policy><n>) ON \((?P<columns>[^)]*)\)", state="enable"),
    _rule("row-security", "ROW ACCESS DROP ALTER", rf"{_ALTER} DROP (?:ALL )?ROW ACCESS POLIC(?:Y|IES) ?(?P<policy>{_NAME})?", state="disable"),
    _rule("row-security", "ROW FILTER SET", rf"{_ALTER} SET ROW FILTER (?P<policy><n>) ON \((?P<columns>[^)]*)\)", state="enable"),
    _rule("row-security", "ROW FILTER DROP", rf"{_ALTER} DROP ROW FILTER", state="disable"),
    _rule("row-security", "CREATE POLICY ON", rf"{_CREATE}(?:ROW )?POLICY {_IF}(?P<policy><n>) ON (?P<table><n>)", state="policy"),
    _rule("row-security", "CREATE ROW ACCESS POLICY GRANT", rf"{_CREATE}ROW ACCESS POLICY {_IF}(?P<policy><n>) ON (?P<table><n>)", state="enable"),
    _rule("row-security", "ROW ACCESS POLICY WITH", rf"{_TABLE}.*?ROW ACCESS POLICY (?P<policy><n>) ON \((?P<columns>[^)]*)\)", state="enable"),
    _rule("row-security", "PREDICATE ADD ON", r"ADD (?P<predicate>FILTER|BLOCK) PREDICATE \S+?\([^()]*\) ON (?P<table><n>)", search=True, state="enable"),
    _rule("row-security", "ATTACH RLS POLICY", r"ATTACH RLS POLICY (?P<policy><n>) ON (?:TABLE )?(?P<tables><l>)", state="enable"),
    _rule("row-security", "DETACH RLS POLICY", r"DETACH RLS POLICY (?P<policy><n>) ON (?:TABLE )?(?P<tables><l>)", state="disable"),
    _rule("row-security", "DROP POLICY ON", r"DROP (?:ROW (?:ACCESS )?)?POLICY (?:IF EXISTS )?(?P<policy><n>) ON (?P<table><n>)", state="disable"),
    _rule("row-security", "DBMS_RLS ADD_POLICY", r"DBMS_RLS ?\. ?ADD_POLICY ?\(.*?object_name ?=> ?'(?P<table>[^']+)'", search=True, state="enable"),
    # Masking
    _rule("masking", "MASKING POLICY SET", rf"{_ALTER} {_COLUMN} SET MASKING POLICY (?P<policy><n>)", state="enable"),
    _rule("masking", "MASKING POLICY UNSET", rf"{_ALTER} {_COLUMN} UNSET MASKING POLICY", state="disable"),
    _rule("masking", "SET MASK", rf"{_ALTER} {_COLUMN} SET MASK (?P<policy><n>)", state="enable"),
    _rule("masking", "DROP MASK", rf"{_ALTER} {_COLUMN} DROP MASK\b", state="disable"),
    _rule("masking", "MASKED ADD WITH FUNCTION", rf"{_ALTER} {_COLUMN} (?:ADD )?(?:[\w() ,]+ )?MASKED WITH ?\( ?FUNCTION ?= ?N?'(?P<policy>[^']*)'", state="enable"),
    _rule("masking", "DROP MASKED", rf"{_ALTER} {_COLUMN} DROP MASKED", state="disable"),
    _rule("masking", "CREATE MASKING POLICY", rf"{_CREATE}MASKING POLICY {_IF}(?P<policy><n>)", state="policy"),
    _rule("masking", "ATTACH MASKING POLICY", r"ATTACH MASKING POLICY (?P<policy><n>) ON (?P<table><n>) ?\((?P<columns>[^)]*)\)", state="enable"),
    _rule("masking", "DETACH MASKING POLICY", r"DETACH MASKING POLICY (?P<policy><n>) ON (?P<table><n>) ?\((?P<columns>[^)]*)\)", state="disable"),
    _rule("masking", "SECURITY LABEL COLUMN", r"SECURITY LABEL FOR \S+ ON COLUMN (?P<column><n>) IS '(?P<policy>MASKED[^']*)'", state="enable"),
    _rule("masking", "DBMS_REDACT ADD_POLICY", r"DBMS_REDACT ?\. ?ADD_POLICY ?\(.*?object_name ?=> ?'(?P<table>[^']+)'.*?column_name ?=> ?'(?P<column>[^']+)'", search=True, state="enable"),
    _rule("unmask", "UNMASK", r"GRANT UNMASK (?:ON (?P<table><n>)(?: ?\((?P<columns>[^)]*)\))? )?TO (?P<to>.+)"),
    # Encryption
    _rule("encryption", "ALTER ENCRYPTED WITH", rf"{_ALTER} {_COLUMN} .*?ENCRYPTED WITH ?\((?P<method>[^)]*)\)", state="enable"),
    _rule("encryption", "ALTER ENCRYPT", rf"{_ALTER} MODIFY ?\(? ?(?P<column><n>)[^,]*? ENCRYPT\b(?: USING '(?P<method>[^']*)')?", state="enable"),
    _rule("encryption", "ALTER DECRYPT", rf"{_ALTER} MODIFY ?\(? ?(?P<column><n>)[^,]*? DECRYPT\b", state="disable"),
    _rule("encryption", "ENCRYPTION TABLE", rf"(?:{_TABLE}|ALTER TABLE (?P<columns>)).*?\bENCRYPTION ?=? ?'(?P<state>[YN])'"),
    _rule("encryption", "UPDATE SET", r"UPDATE (?P<table><n>) .*?(?P<column><n>) ?= ?(?P<method>pgp_(?:sym|pub)_encrypt|AES_ENCRYPT|ENCRYPTBYKEY|ENCRYPTBYPASSPHRASE|DBMS_CRYPTO ?\. ?ENCRYPT|AEAD\.ENCRYPT|ENCRYPT) ?\(", state="enable"),
    _rule("encryption", "CREATE COLUMN KEY", rf"{_CREATE}COLUMN (?P<key>ENCRYPTION|MASTER) KEY (?P<name><n>)", state="key"),
    # Tags
    _rule("tag", "ALTER SET TAG", rf"{_ALTER} {_COLUMN} SET TAGS? ?\(?(?P<tag>[^)]+)\)?"),
    _rule("tag", "ALTER SET TAG TABLE", rf"{_ALTER} SET TAGS? ?\(?(?P<tag>[^)]+)\)?"),
    _rule("tag", "ALTER SET TAGS", rf"{_ALTER} {_COLUMN} SET TAGS ?\((?P<tag>[^)]+)\)"),
    _rule("tag", "ALTER SET OPTIONS", rf"{_ALTER} {_COLUMN} SET OPTIONS ?\(.*?policy_tags ?= ?(?P<tag>[^)]+)\)"),
    _rule("tag", "SENSITIVITY CLASSIFICATION ADD", r"ADD SENSITIVITY CLASSIFICATION TO (?P<columnlist><l>) WITH ?\((?P<tag>[^)]*)\)"),
    _rule("tag", "SECURITY LABEL COLUMN", r"SECURITY LABEL (?:FOR \S+ )?ON COLUMN (?P<column><n>) IS '(?!MASKED)(?P<tag>[^']*)'"),
    # Rights
    _rule("grant", "GRANT ON TO SHARE", r"GRANT (?P<privileges>.+?) ON (?:ALL TABLES IN SCHEMA (?P<schema><n>)|(?:TABLE |VIEW )?(?P<tables><l>)) TO (?P<to>SHARE <n>)"),
    _rule("grant", "GRANT ON TO", r"GRANT (?P<privileges>.+?) ON (?:ALL (?:TABLES|VIEWS) IN SCHEMA (?P<schema><n>)|(?P<object>SCHEMA|DATABASE|ALL \w+|FUTURE \w+|FUNCTION|PROCEDURE|SEQUENCE|WAREHOUSE|ROLE|TYPE|LANGUAGE|STAGE|SERVER|CATALOG)\b.*?|(?:TABLE |VIEW |OBJECT ?:: ?)?(?P<tables><l>)) TO (?:ROLE |USER |GROUP )?(?P<to>(?:(?! WITH ).)+)(?: WITH (?P<option>GRANT|ADMIN) OPTION)?"),
    _rule("revoke", "REVOKE FROM ON", r"REVOKE (?P<privileges>.+?) ON (?:ALL (?:TABLES|VIEWS) IN SCHEMA (?P<schema><n>)|(?P<object>SCHEMA|DATABASE|ALL \w+|FUNCTION|PROCEDURE|SEQUENCE|ROLE)\b.*?|(?:TABLE |VIEW |OBJECT ?:: ?)?(?P<tables><l>)) (?:FROM|TO) (?:ROLE |USER |GROUP )?(?P<to>.+)"),
    _rule("deny", "DENY ON TO", r"DENY (?P<privileges>.+?) ON (?:OBJECT ?:: ?)?(?P<tables><l>) TO (?P<to>.+)"),
    _rule("grant", "DEFAULT PRIVILEGES GRANT", r"ALTER DEFAULT PRIVILEGES .*?GRANT (?P<privileges>.+?) ON (?P<object>TABLES) TO (?P<to>.+)"),
    _rule("membership", "GRANT TO", r"GRANT (?:ROLE )?(?P<role>[\w\"'`\[\]@%, ]+?) TO (?:ROLE |USER )?(?P<to>[^;]+)"),
    _rule("membership", "SP_ADDROLEMEMBER", r"EXEC(?:UTE)? \S*sp_addrolemember N?'?(?P<role>[\w]+)'? ?, ?N?'?(?P<to>[^',]+)"),
    _rule("membership", "ALTER ROLE ADD MEMBER", r"ALTER (?:SERVER )?ROLE (?P<role><n>) ADD MEMBER (?P<to><n>)"),
    _rule("role", "SUPERUSER", r"(?:CREATE|ALTER) (?:ROLE|USER) (?P<to><n>) .*?\b(?<!NO)(?P<right>SUPERUSER)\b"),
    _rule("role", "BYPASSRLS", r"(?:CREATE|ALTER) (?:ROLE|USER) (?P<to><n>) .*?\b(?P<right>BYPASSRLS)\b"),
    _rule("owner", "ALTER OWNER TO", rf"{_ALTER} OWNER TO (?P<to><n>)"),
    _rule("owner", "GRANT OWNERSHIP", r"GRANT OWNERSHIP ON (?:TABLE )?(?P<tables><l>) TO (?:ROLE )?(?P<to><n>)"),
    _rule("owner", "AUTHORIZATION ALTER", r"ALTER AUTHORIZATION ON (?:OBJECT ?:: ?)?(?P<table><n>) TO (?P<to><n>)"),
    # Expiry
    _rule("expiry", "TTL TABLE ENGINE CREATE", rf"{_TABLE}.*?\bENGINE\b.*?\bTTL (?P<period>{_SPAN})"),
    _rule("expiry", "TTL TABLE ENGINE CREATE", rf"{_TABLE} ?(?:ON CLUSTER \S+ )?\((?:.*?[(,] ?)?(?P<column>{_PART}) \w+(?:\([^()]*\))?(?: (?:DEFAULT|CODEC)[^,]*?)? TTL (?P<period>{_SPAN})(?=.*\bENGINE\b)"),
    _rule("expiry", "TTL TABLE", rf"(?:{_TABLE}|{_ALTER.replace('table>', 'altered>')}) .*?\bTTL (?P<period>{_SPAN})"),
    _rule("expiry", "PARTITION_EXPIRATION_DAYS TABLE", rf"(?:{_TABLE}|{_ALTER.replace('table>', 'altered>')}) .*?partition_expiration_days ?= ?(?P<days>[\d.]+)"),
    _rule("expiry", "EXPIRATION_TIMESTAMP TABLE", rf"(?:{_TABLE}|{_ALTER.replace('table>', 'altered>')}) .*?expiration_timestamp ?= ?(?P<period>[^,)]+)"),
    _rule("expiry", "DATA_DELETION", rf"(?:{_TABLE}|{_ALTER.replace('table>', 'altered>')}) .*?DATA_DELETION ?= ?(?P<state>ON|OFF)(?: ?\( ?FILTER_COLUMN ?= ?(?P<clock>\S+) ?, ?RETENTION_PERIOD ?= ?(?P<period>[^)]+)\))?"),
    _rule("expiry", "ADD_RETENTION_POLICY", r"add_retention_policy ?\( ?(?:\w+ ?=> ?)?'(?P<table>[^']+)' ?, ?(?:\w+ ?=> ?)?INTERVAL '(?P<period>[^']+)'", search=True),
    _rule("expiry", "ALTER DROP PARTITION", rf"{_ALTER} DROP PARTITION (?P<partition>.+)", state="dropped"),
    _rule("expiry", "DROP_CHUNKS", r"drop_chunks ?\(.*?INTERVAL '(?P<period>[^']+)'.*?'(?P<table>[^']+)'", search=True),
    _rule("history", "SYSTEM_VERSIONING", rf"(?:{_TABLE}|{_ALTER.replace('table>', 'altered>')}) .*?SYSTEM_VERSIONING ?= ?(?P<state>ON|OFF)(?:.*?HISTORY_RETENTION_PERIOD ?= ?(?P<period>[\w ]+))?"),
    _rule("history", "SYSTEM VERSIONING", rf"(?:{_TABLE}|{_ALTER.replace('table>', 'altered>')}) .*?WITH SYSTEM VERSIONING", state="on"),
    _rule("history", "DATA_RETENTION_TIME_IN_DAYS", rf"(?:{_TABLE}|{_ALTER.replace('table>', 'altered>')}) .*?DATA_RETENTION_TIME_IN_DAYS ?= ?(?P<days>\d+)"),
    _rule("history", "TBLPROPERTIES TABLE", rf"(?:{_TABLE}|{_ALTER.replace('table>', 'altered>')}).*?delta\.(?:deletedFile|log)RetentionDuration'? ?= ?'(?P<period>[^']*)'"),
    # Stores that could expire rows and are not told to
    _rule("unlimited", "ENGINE TABLE CREATE", rf"{_TABLE}(?!.*\bTTL\b).*?ENGINE ?= ?(?P<engine>\w*MergeTree)\b"),
    _rule("unlimited", "PARTITION BY TABLE CREATE", rf"{_TABLE}(?!.*partition_expiration_days).*?PARTITION BY (?P<engine>DATE|TIMESTAMP_TRUNC|DATETIME_TRUNC|DATE_TRUNC|_PARTITIONDATE)\b"),
    _rule("unlimited", "CREATE_HYPERTABLE", r"(?P<engine>create_hypertable) ?\( ?(?:relation ?=> ?)?'(?P<table>[^']+)'", search=True),
    # Scheduled purges
    _rule("purge", "EVENT SCHEDULE", rf"{_CREATE}(?:DEFINER ?= ?\S+ )?EVENT {_IF}(?P<job><n>) ON SCHEDULE (?P<schedule>.+?) (?:ON COMPLETION .*? )?(?:ENABLE |DISABLE )?(?:COMMENT .*? )?DO (?P<body>.*)"),
    _rule("purge", "CREATE TASK", rf"{_CREATE}TASK {_IF}(?P<job><n>).*?SCHEDULE ?= ?'(?P<schedule>[^']+)'.*?\bAS (?P<body>.*)"),
    _rule("purge", "SCHEDULE", r"cron ?\. ?schedule(?:_in_database)? ?\( ?(?:'(?P<job>[^']*)' ?, ?)?'(?P<schedule>[^']*)' ?, ?(?P<quote>\$\w*\$|')(?P<body>(?:''|(?!(?P=quote)).)*)(?P=quote)", search=True),
    _rule("purge", "CREATE_JOB", r"(?:DBMS_SCHEDULER|DBMS_JOB) ?\. ?CREATE_JOB ?\((?=.*?repeat_interval ?=> ?'(?P<schedule>[^']*)')?.*?job_action ?=> ?'(?P<body>(?:''|[^'])*)'", search=True),
    _rule("purge", "SP_ADD_JOBSTEP", r"sp_add_jobstep .*?@command ?= ?N?'(?P<body>(?:''|[^'])*)'", search=True),
    # Ways out
    _rule("export", "COPY TO", r"COPY (?P<table><n>) ?(?:\((?P<columns>[^)]*)\) ?)?TO (?P<to>PROGRAM '[^']*'|'[^']*'|STDOUT)"),
    _rule("export", "COPY TO", r"COPY \((?P<body>.*)\) TO (?P<to>PROGRAM '[^']*'|'[^']*'|STDOUT)"),
    _rule("export", "COPY INTO FROM", r"COPY INTO (?P<to>'[^']*'|@\S+) FROM (?:\((?P<body>.*?)\)|(?P<table><n>))"),
    _rule("export", "UNLOAD TO", r"UNLOAD ?\( ?(?:'(?P<body>.*?)'|\$\$(?P<text>.*?)\$\$) ?\) TO (?P<to>'[^']*')"),
    _rule("export", "UNLOAD TO", r"UNLOAD ?\( ?(?P<body>SELECT .*?)\) TO (?P<to>'[^']*')"),
    _rule("export", "EXPORT DATA AS", r"EXPORT DATA .*?OPTIONS ?\(.*?uri ?= ?(?P<to>['\"][^'\"]*['\"]).*?\bAS (?P<body>.*)"),
    _rule("export", "OUTFILE INTO", r"(?P<body>(?:SELECT|WITH) .*?) INTO (?:OUTFILE|DUMPFILE) (?P<to>'[^']*')(?P<rest>.*)"),
    _rule("export", "DUMPFILE INTO", r"(?P<body>(?:SELECT|WITH) .*?) INTO DUMPFILE (?P<to>'[^']*')(?P<rest>.*)"),
    _rule("export", "DIRECTORY INSERT", r"INSERT (?:OVERWRITE|INTO) (?:LOCAL )?DIRECTORY (?P<to>'[^']*').*?(?P<body>SELECT .*)"),
    _rule("export", "INSERT FUNCTION", r"INSERT INTO FUNCTION (?P<to>\w+) ?\([^)]*\) (?P<body>.*)"),
    _rule("export", "EXPORT DATABASE", r"EXPORT DATABASE (?P<to>'[^']*')"),
    _rule("export", "BACKUP DATABASE TO", r"BACKUP (?:DATABASE|LOG) (?P<database><n>) TO (?P<to>(?:DISK|URL) ?= ?N?'[^']*')"),
    _rule("external-table", "FOREIGN TABLE CREATE", rf"CREATE FOREIGN TABLE {_IF}(?P<table><n>).*? SERVER (?P<to><n>)"),
    _rule("external-table", "EXTERNAL TABLE CREATE", rf"{_CREATE}(?:\w+ )?EXTERNAL TABLE {_IF}(?P<table><n>)(?:.*?(?:LOCATION ?=? ?\(?|uris ?= ?\[ ?)(?P<to>['\"@][^'\",)\s]*))?"),
    _rule("external-table", "LOCATION TABLE CREATE", rf"{_TABLE}.*? LOCATION (?P<to>'[^']*')"),
    _rule("external-table", "EXTERNAL_LOCATION CREATE", rf"{_TABLE}.*?external_location ?= ?(?P<to>'[^']*')"),
    _rule("external-table", "ORGANIZATION EXTERNAL CREATE", rf"{_TABLE}.*?ORGANIZATION EXTERNAL(?:.*?LOCATION ?\( ?(?P<to>'[^']*'))?"),
    _rule("external-table", "USING JDBC CREATE", rf"{_TABLE}.*? USING (?P<to>JDBC|CLOUDFILES)\b"),
    _rule("external-table", "FEDERATED CREATE", rf"{_TABLE}.*?ENGINE ?= ?(?P<to>FEDERATED)"),
    _rule("external-table", "ENGINE CREATE", rf"{_TABLE}.*?ENGINE ?= ?(?P<to>S3|URL|MySQL|PostgreSQL|MongoDB|HDFS|Kafka|ODBC|JDBC|AzureBlobStorage)\b"),
    _rule("external-table", "IMPORT FOREIGN SCHEMA", r"IMPORT FOREIGN SCHEMA (?P<schema><n>) .*?FROM SERVER (?P<to><n>)"),
    _rule("share", "CREATE SHARE", rf"{_CREATE}(?P<form>SHARE|DATASHARE) {_IF}(?P<share><n>)"),
    _rule("share", "CREATE DATASHARE", rf"{_CREATE}(?P<form>DATASHARE) {_IF}(?P<share><n>)"),
    _rule("share", "DATASHARE ADD TABLE", r"ALTER DATASHARE (?P<share><n>) ADD TABLE (?P<tables><l>)"),
    _rule("share", "SHARE ADD TABLE", r"ALTER SHARE (?P<share><n>) ADD (?:TABLE|VIEW) (?P<tables><l>)"),
    _rule("share", "SHARE ACCOUNTS", r"ALTER SHARE (?P<share><n>) (?:ADD|SET) ACCOUNTS ?= ?(?P<to>.+)"),
    _rule("share", "DATASHARE USAGE GRANT", r"GRANT USAGE ON DATASHARE (?P<share><n>) TO (?P<to>.+)"),
    _rule("link", "DATABASE LINK CREATE", rf"{_CREATE}(?:SHARED )?(?P<scope>PUBLIC )?DATABASE LINK (?P<link><n>).*?(?:USING (?P<to>'[^']*')|$)"),
    _rule("link", "SERVER FOREIGN DATA WRAPPER", rf"CREATE SERVER {_IF}(?P<link><n>).*?FOREIGN DATA WRAPPER (?P<to><n>)"),
    _rule("link", "SP_ADDLINKEDSERVER", r"sp_addlinkedserver (?:@server ?= ?)?N?'(?P<link>[^']+)'", search=True),
    _rule("link", "DBLINK", r"\bdblink(?:_exec|_connect)? ?\(", search=True, to="dblink"),
    _rule("link", "DBLINK_CONNECT", r"\bdblink_connect ?\(", search=True, to="dblink"),
    _rule("link", "ATTACH TYPE", r"ATTACH (?:DATABASE )?(?:IF NOT EXISTS )?'[^']*' AS (?P<link><n>) ?\( ?TYPE (?P<to>(?!SQLITE|DUCKDB)\w+)"),
    _rule("link", "REMOTE REMOTESECURE", r"\bFROM (?P<to>remote(?:Secure)?) ?\(", search=True),
    _rule("link", "OPENROWSET", r"\bOPENROWSET ?\(", search=True, to="openrowset"),
    _rule("link", "OPENQUERY", r"\bOPENQUERY ?\( ?(?P<link>\[[^\]]+\]|\w+)", search=True),
    _rule("link", "OPENDATASOURCE", r"\bOPENDATASOURCE ?\(", search=True, to="opendatasource"),
    _rule("link", "EXTERNAL_QUERY", r"\bEXTERNAL_QUERY ?\( ?['\"](?P<link>[^'\"]+)", search=True),
    _rule("link", "EXTERNAL SOURCE CREATE", r"CREATE EXTERNAL DATA SOURCE (?P<link><n>).*?LOCATION ?= ?(?P<to>'[^']*')"),
    _rule("publication", "PUBLICATION CREATE", r"CREATE PUBLICATION (?P<name><n>)(?: FOR (?P<all>ALL TABLES|TABLES IN SCHEMA)| FOR TABLE (?:ONLY )?(?P<tables><l>))?"),
    _rule("publication", "PUBLICATION ALTER TABLE", r"ALTER PUBLICATION (?P<name><n>) (?:ADD|SET) TABLE (?P<tables><l>)"),
    _rule("publication", "DATABASE REPLICATION ALTER", r"ALTER DATABASE (?P<name><n>) ENABLE REPLICATION TO ACCOUNTS (?P<to>.+)"),
    _rule("publication", "SP_ADDARTICLE", r"sp_addarticle .*?@source_object ?= ?N?'(?P<table>[^']+)'", search=True),
    _rule("weak-hash", "MD5 SHA1 SHA", r"\b(?P<method>MD5|SHA1|SHA) ?\( ?(?:LOWER ?\( ?|TRIM ?\( ?|UPPER ?\( ?)?(?P<column><n>)", search=True),
    _rule("weak-hash", "HASHBYTES", r"\bHASHBYTES ?\( ?N?'(?P<method>MD5|SHA1|SHA|MD4)' ?, ?(?:LOWER ?\( ?|TRIM ?\( ?)?(?P<column><n>)", search=True),
    _rule("weak-hash", "DIGEST", r"\bDIGEST ?\( ?(?:LOWER ?\( ?)?(?P<column><n>)\)?(?: ?:: ?\w+)? ?, ?'(?P<method>md5|sha1)'", search=True),
    _rule("publication", "SUBSCRIPTION CREATE", r"CREATE SUBSCRIPTION (?P<name><n>) CONNECTION"),
)  # fmt: skip
"""The first rule of a kind that matches counts."""

DELETES = re.compile(
    rf"\b(?:DELETE FROM|DELETE|TRUNCATE TABLE|TRUNCATE) (?P<table>{_NAME})|\bUPDATE (?P<updated>{_NAME}) SET",
    re.IGNORECASE,
)
READS = re.compile(rf"\b(?:FROM|JOIN) (?P<table>{_NAME})", re.IGNORECASE)
PERIOD = re.compile(
    r"INTERVAL '?(?P<a>\d+ ?'? ?\w+)'?|DATE_(?:ADD|SUB) ?\( ?[\w()]+ ?, ?-?(?P<b>\d+)|SYSDATE ?- ?(?P<c>\d+)"
    r"|'-(?P<d>\d+ \w+)'|DATEADD ?\( ?(?P<e>\w+ ?, ?-\d+)|'(?P<f>\d+ \w+)' ?:: ?interval"
    r"|MAKE_INTERVAL ?\( ?(?P<g>\w+ ?=> ?\d+)|ADD_MONTHS ?\([^,]+, ?(?P<h>-\d+)",
    re.IGNORECASE,
)
FIRST = frozenset(
    [
        "ALTER",
        "CREATE",
        "GRANT",
        "REVOKE",
        "DENY",
        "COPY",
        "UNLOAD",
        "EXPORT",
        "ATTACH",
        "DETACH",
        "DROP",
        "SECURITY",
        "ADD",
        "EXEC",
        "EXECUTE",
        "BACKUP",
        "IMPORT",
        "CALL",
        "BEGIN",
        "DECLARE",
    ]
)
"""Statements that are always looked at."""
TELLING = frozenset().union(*(rule.words for rule in RULES if rule.search)) - {"ADD", "ON"} | {
    "OUTFILE", "DUMPFILE", "DIRECTORY", "FUNCTION", "PGP_SYM_ENCRYPT", "PGP_PUB_ENCRYPT",
    "AES_ENCRYPT", "ENCRYPTBYKEY", "ENCRYPTBYPASSPHRASE", "DBMS_CRYPTO", "AEAD",
}  # fmt: skip
"""Words that make a query or a change of rows worth a look."""
