"""Which statement is which, and who reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from data_etiquette.frontends.sql.alter import Alteration
from data_etiquette.frontends.sql.body import inner_statements
from data_etiquette.frontends.sql.clean import has_holes, parsable
from data_etiquette.frontends.sql.column import ColumnReader, Options, names_in
from data_etiquette.frontends.sql.cursor import Cursor, Name, split_commas
from data_etiquette.frontends.sql.describe import described
from data_etiquette.frontends.sql.lexer import Kind, Lexer, Token
from data_etiquette.frontends.sql.position import Source
from data_etiquette.frontends.sql.split import Splitter, Statement
from data_etiquette.frontends.sql.table import TableReader
from data_etiquette.model.facts import FieldFact, StatementFact

MAX_STATEMENT = 200_000
"""Characters of one statement; rows of data are not counted."""
_MAX_BODIES = 4
"""Code in a string in code in a string …"""

_QUERIES = frozenset("SELECT WITH INSERT REPLACE UPDATE DELETE MERGE (".split())
_TEMPORARY = frozenset({"TEMP", "TEMPORARY"})
_PROGRAMS = frozenset("FUNCTION PROCEDURE PROC TRIGGER PACKAGE EVENT RULE TASK".split())
_OTHER_OBJECTS = frozenset(
    """
    INDEX SCHEMA DATABASE TYPE SEQUENCE DOMAIN EXTENSION ROLE USER LOGIN POLICY SERVER PUBLICATION
    SUBSCRIPTION CAST OPERATOR AGGREGATE COLLATION CONVERSION STATISTICS LANGUAGE TABLESPACE SYNONYM
    STAGE SHARE STREAM PIPE WAREHOUSE TAG MASKING KEYSPACE DICTIONARY TEXT ACCESS EVENT LINK PROFILE
    CONTEXT DIRECTORY LIBRARY CLUSTER CERTIFICATE SYMMETRIC ASYMMETRIC MASTER COLUMN PARTITION
    XML FULLTEXT SECURITY CREDENTIAL QUEUE SERVICE MACRO SECRET STATISTIC TRANSFORM MODEL ASSERTION
    """.split()
)
_PROCEDURAL = frozenset(
    """
    BEGIN IF ELSE ELSIF ELSEIF WHILE FOR FOREACH LOOP END EXCEPTION WHEN THEN RETURN OPEN CLOSE
    FETCH DECLARE CURSOR CASE REPEAT EXPLAIN PREPARE RETURNS AS IS EXIT CONTINUE RAISE PERFORM
    """.split()
)
_NO_DATA = frozenset(
    """
    SET USE COMMIT ROLLBACK START EXEC EXECUTE CALL VACUUM ANALYZE ANALYSE PRAGMA LOCK UNLOCK SHOW
    DESCRIBE DESC REVOKE DENY ATTACH DETACH REINDEX CLUSTER REFRESH SAVEPOINT RELEASE DISCARD RESET
    LISTEN UNLISTEN NOTIFY DEALLOCATE LOAD CHECKPOINT REASSIGN SECURITY IMPORT EXPORT PRINT RAISERROR
    THROW WAITFOR OPTIMIZE FLUSH KILL HANDLER INSTALL SHUTDOWN PURGE CHECK REPAIR ASSOCIATE AUDIT
    NOAUDIT RECONFIGURE DBCC BACKUP RESTORE ENABLE DISABLE VALUES TABLE UNLOAD PUT GET LIST REMOVE
    UNDROP MSCK CACHE UNCACHE ADD ALTER DROP RENAME COMMENT ABORT MOVE SIGNAL RESIGNAL LEAVE ITERATE
    GOTO NULL CHANGE DELIMITER GO SYSTEM EXCHANGE ASSERT BREAK DO ANALYSIS DEFINE COLUMN VARIABLE
    EXECUTE TRUNCATE DUMP SOURCE OPEN STATISTICS INITIALIZE MERGE TTITLE BTITLE CLEAR HOST TIMING
    """.split()
)
_BEHIND_VIEW = frozenset("CHECK LOCAL CASCADED NO DATA READ".split())


@dataclass(slots=True)
class StatementReader:
    """Reads all statements of one text."""

    source: Source
    dialect: str
    parser_dialect: str
    tables: TableReader
    statements: list[StatementFact] = field(default_factory=list)
    columns_read: set[str] = field(default_factory=set)
    columns_written: set[str] = field(default_factory=set)
    comments: list[Token] = field(default_factory=list)
    _in_body: bool = False
    _bodies: int = 0

    def read_all(self, lexer: Lexer, start: int = 0) -> None:
        """Split and read a text, or a part of it."""
        splitter = Splitter(self.source, lexer, start)
        for statement in splitter.statements():
            self.read(statement)
        self.comments += splitter.comments
'''''' 
