public import Stores

/// The tables of the durable layer.
public enum DurableMigrations {
    /// All migrations of the room, in order.
    public static let all: [Migration] = [
        Migration(
            room: "Durable",
            number: 1,
            statements: [
                // One row a run. `detail` is what lists show beside the status; `epoch` is the owner's; a run that rests
                // has nothing to do until a timer, a callback or a person comes.
                """
                CREATE TABLE run (
                    number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, machine TEXT NOT NULL, scope TEXT NOT NULL, name TEXT NOT NULL,
                    program TEXT NOT NULL, run_group TEXT NOT NULL, status TEXT NOT NULL, opened INTEGER NOT NULL, closed INTEGER,
                    unknown_outcome INTEGER NOT NULL DEFAULT 0, resting INTEGER NOT NULL DEFAULT 0, epoch INTEGER NOT NULL, crashes INTEGER NOT NULL DEFAULT 0,
                    detail TEXT NOT NULL)
                """,
                "CREATE UNIQUE INDEX run_by_name ON run (tenant, scope, name)",
                "CREATE INDEX run_open ON run (machine, number) WHERE closed IS NULL",
                "CREATE INDEX run_busy ON run (machine, number) WHERE closed IS NULL AND resting = 0",
                "CREATE INDEX run_closed ON run (closed) WHERE closed IS NOT NULL",
                // One row a step, under run << 24 | sequence: a run's rows lie together.
                "CREATE TABLE journal (position INTEGER PRIMARY KEY, tenant TEXT NOT NULL, body BLOB NOT NULL, hash BLOB NOT NULL)",
                "CREATE TABLE run_snapshot (run INTEGER PRIMARY KEY, tenant TEXT NOT NULL, sequence INTEGER NOT NULL, body BLOB NOT NULL)",
                """
                CREATE TABLE timer (
                    run INTEGER NOT NULL, key INTEGER NOT NULL, tenant TEXT NOT NULL, due INTEGER NOT NULL, PRIMARY KEY (run, key))
                """,
                "CREATE INDEX timer_due ON timer (due, run, key)",
                // What started a run: the same cause starts none twice.
                """
                CREATE TABLE run_cause (
                    tenant TEXT NOT NULL, scope TEXT NOT NULL, cause TEXT NOT NULL, run INTEGER NOT NULL,
                    PRIMARY KEY (tenant, scope, cause))
                """,
                // Business keys: who holds one, and the answer for everyone after.
                """
                CREATE TABLE business_key (
                    tenant TEXT NOT NULL, key TEXT NOT NULL, run INTEGER NOT NULL, answer TEXT, changed INTEGER NOT NULL,
                    PRIMARY KEY (tenant, key))
                """,
                """
                CREATE TABLE feed (
                    position INTEGER PRIMARY KEY, tenant TEXT NOT NULL, domain TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
                    body TEXT NOT NULL)
                """,
                """
                CREATE TABLE feed_cursor (
                    tenant TEXT NOT NULL, consumer TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (tenant, consumer))
                """,
                "CREATE TABLE owner (tenant TEXT NOT NULL, name TEXT NOT NULL, epoch INTEGER NOT NULL, PRIMARY KEY (name))",
            ]
        ),
        Migration(
            room: "Durable",
            number: 2,
            statements: [
                // Values too large for a row: `name` is that of a blob; `content` holds them where there are no blobs.
                """
                CREATE TABLE run_body (
                    run INTEGER NOT NULL, sequence INTEGER NOT NULL, digest TEXT NOT NULL, tenant TEXT NOT NULL, bytes INTEGER NOT NULL,
                    name TEXT, content BLOB, PRIMARY KEY (run, sequence, digest))
                """,
                // The blob of a large checkpoint, whose `body` is empty then.
                "ALTER TABLE run_snapshot ADD COLUMN name TEXT",
                "ALTER TABLE run_snapshot ADD COLUMN bytes INTEGER",
                // What runs have left to do, also after their end.
                """
                CREATE TABLE duty (
                    run INTEGER NOT NULL, flight INTEGER NOT NULL, tenant TEXT NOT NULL, due INTEGER NOT NULL,
                    attempts INTEGER NOT NULL DEFAULT 0, body BLOB NOT NULL, PRIMARY KEY (run, flight))
                """,
                "CREATE INDEX duty_due ON duty (due)",
                // Runs whose row is gone and whose journal is being deleted.
                "CREATE TABLE run_doomed (run INTEGER PRIMARY KEY, tenant TEXT NOT NULL)",
                // The signature of the chain of hashes up to a row: at the run's end and whenever its status changes.
                "ALTER TABLE run ADD COLUMN head TEXT",
                "ALTER TABLE run ADD COLUMN head_sequence INTEGER",
                "CREATE INDEX run_cause_run ON run_cause (run)",
                "CREATE INDEX business_key_changed ON business_key (changed)",
                "ALTER TABLE feed ADD COLUMN at INTEGER NOT NULL DEFAULT 0",
            ]
        ),
    ]
}
