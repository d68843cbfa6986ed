#!/bin/sh
# sqlite3: tables, index, transaction, vacuum, dump, backup, integrity check.
# needs: sqlite3
set -eu
sqlite3 db <<'END'
CREATE TABLE t(id INTEGER PRIMARY KEY, word TEXT);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT i, hex(i * 7919) FROM n;
COMMIT;
CREATE INDEX word ON t(word);
SELECT count(*), min(word), max(word) FROM t;
DELETE FROM t WHERE id % 3 = 0;
SELECT sum(id) FROM t;
VACUUM;
PRAGMA integrity_check;
.backup copy
END
sqlite3 copy .dump | tail -n 2
sqlite3 copy 'SELECT word FROM t WHERE id = 4' 'SELECT nothing' 2>&1 || echo "status $?"
