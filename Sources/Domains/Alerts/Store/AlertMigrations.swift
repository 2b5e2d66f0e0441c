import Stores

/// The tables of the broker.
enum AlertMigrations {
    static let all: [Migration] = [
        Migration(
            room: "Alerts",
            number: 1,
            statements: [
                """
                CREATE TABLE alerts_alert (
                    tenant TEXT NOT NULL,
                    id TEXT NOT NULL,
                    status TEXT,
                    severity TEXT,
                    provider TEXT,
                    vendor TEXT,
                    category TEXT,
                    title TEXT,
                    assigned TEXT,
                    created INTEGER,
                    event INTEGER NOT NULL,
                    modified INTEGER NOT NULL,
                    closed INTEGER,
                    revision INTEGER NOT NULL,
                    local TEXT NOT NULL,
                    body TEXT NOT NULL,
                    PRIMARY KEY (tenant, id)
                )
                """,
                "CREATE INDEX alerts_alert_event ON alerts_alert (tenant, event DESC, id)",
                "CREATE INDEX alerts_alert_status ON alerts_alert (tenant, status, event DESC, id)",
                "CREATE INDEX alerts_alert_modified ON alerts_alert (tenant, modified)",
                """
                CREATE TABLE alerts_key (
                    tenant TEXT NOT NULL,
                    client TEXT NOT NULL,
                    key TEXT NOT NULL,
                    fingerprint TEXT NOT NULL,
                    revision INTEGER NOT NULL,
                    answer TEXT NOT NULL,
                    created INTEGER NOT NULL,
                    PRIMARY KEY (tenant, client, key)
                )
                """,
                "CREATE INDEX alerts_key_created ON alerts_key (tenant, created)",
            ]
        )
    ]
}
