public import Stores

/// The tables of the room.
public enum SecretsMigrations {
    /// All migrations of the room, in order.
    public static let all: [Migration] = [
        Migration(
            room: "Secrets",
            number: 1,
            statements: [
                // Data keys, each wrapped by a master key. `purpose`: seal (the newest one seals) or name (names of blobs).
                """
                CREATE TABLE secrets_key (
                    tenant TEXT NOT NULL, number INTEGER NOT NULL, purpose TEXT NOT NULL, master TEXT NOT NULL, wrapped BLOB NOT NULL,
                    created INTEGER NOT NULL, PRIMARY KEY (tenant, number)) WITHOUT ROWID
                """,
                """
                CREATE TABLE secrets_value (
                    tenant TEXT NOT NULL, name TEXT NOT NULL, sealed BLOB NOT NULL, revision INTEGER NOT NULL,
                    created INTEGER NOT NULL, changed INTEGER NOT NULL, PRIMARY KEY (tenant, name))
                """,
                // Keys that sign callback addresses; `subject` is what they are for, such as a workflow.
                """
                CREATE TABLE secrets_signing_key (
                    tenant TEXT NOT NULL, subject TEXT NOT NULL, slot TEXT NOT NULL, sealed BLOB NOT NULL, created INTEGER NOT NULL,
                    PRIMARY KEY (tenant, subject, slot)) WITHOUT ROWID
                """,
            ]
        )
    ]
}
