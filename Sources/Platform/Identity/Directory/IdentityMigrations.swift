public import Stores

/// The tables of the room.
public enum IdentityMigrations {
    /// All migrations of the room, in order.
    public static let all: [Migration] = [
        Migration(
            room: "Identity",
            number: 1,
            statements: [
                "CREATE TABLE identity_tenant (tenant TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL)",
                """
                CREATE TABLE identity_domain (
                    domain TEXT NOT NULL PRIMARY KEY, tenant TEXT NOT NULL REFERENCES identity_tenant (tenant))
                """,
                """
                CREATE TABLE identity_app (
                    tenant TEXT NOT NULL, client_id TEXT NOT NULL, object_id TEXT NOT NULL, name TEXT NOT NULL,
                    enabled INTEGER NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (tenant, client_id))
                """,
                "CREATE UNIQUE INDEX identity_app_name ON identity_app (tenant, name)",
                """
                CREATE TABLE identity_grant (
                    tenant TEXT NOT NULL, client_id TEXT NOT NULL, role TEXT NOT NULL, granted INTEGER NOT NULL,
                    PRIMARY KEY (tenant, client_id, role))
                """,
                // Secrets are 256 random bits, so a salted SHA-256 keeps them: there is nothing to guess.
                """
                CREATE TABLE identity_secret (
                    tenant TEXT NOT NULL, client_id TEXT NOT NULL, secret_id TEXT NOT NULL, hint TEXT NOT NULL,
                    salt BLOB NOT NULL, hash BLOB NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL,
                    PRIMARY KEY (tenant, client_id, secret_id))
                """,
                """
                CREATE TABLE identity_certificate (
                    tenant TEXT NOT NULL, client_id TEXT NOT NULL, thumbprint TEXT NOT NULL, certificate BLOB NOT NULL,
                    created INTEGER NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY (tenant, client_id, thumbprint))
                """,
                // Keys that sign tokens; `sealed` is the PKCS#8 form, sealed by the keyring.
                """
                CREATE TABLE identity_token_key (
                    tenant TEXT NOT NULL, kid TEXT NOT NULL, sealed BLOB NOT NULL, created INTEGER NOT NULL,
                    retired INTEGER, PRIMARY KEY (tenant, kid))
                """,
                """
                CREATE TABLE identity_audit (
                    tenant TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
                    target TEXT NOT NULL, outcome TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (tenant, number))
                """,
                "CREATE INDEX identity_audit_at ON identity_audit (tenant, at)",
            ]
        )
    ]
}
