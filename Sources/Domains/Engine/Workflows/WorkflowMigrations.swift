public import Stores

/// The tables of workflows and their versions.
public enum WorkflowMigrations {
    /// All migrations, in order; the room's triggers have migrations of their own.
    public static let all: [Migration] = [
        Migration(
            room: "Engine.Workflows",
            number: 1,
            statements: [
                // The folded columns are lower case: paths are matched without regard to case.
                """
                CREATE TABLE workflow (
                    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, subscription TEXT NOT NULL, resource_group TEXT NOT NULL, name TEXT NOT NULL,
                    folded_subscription TEXT NOT NULL, folded_group TEXT NOT NULL, folded_name TEXT NOT NULL, location TEXT NOT NULL,
                    tags TEXT NOT NULL, identity TEXT, kind TEXT, state TEXT NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
                    version TEXT NOT NULL, properties TEXT NOT NULL, networks TEXT NOT NULL)
                """,
                """
                CREATE UNIQUE INDEX workflow_by_key ON workflow (tenant, folded_subscription, folded_group, folded_name)
                """,
                // Definition and parameters are sealed: both may hold secrets. `digest` proves that a run gets what it began with.
                // `retired`: when the version stopped being current.
                """
                CREATE TABLE workflow_version (
                    workflow TEXT NOT NULL, version TEXT NOT NULL, tenant TEXT NOT NULL, created INTEGER NOT NULL, definition BLOB NOT NULL,
                    parameters BLOB NOT NULL, digest BLOB NOT NULL, retired INTEGER, PRIMARY KEY (workflow, version))
                """,
                "CREATE INDEX workflow_version_retired ON workflow_version (retired) WHERE retired IS NOT NULL",
            ]
        ),
        Migration(
            room: "Engine.Workflows",
            number: 2,
            statements: [
                // Schemas and maps that XML actions name.
                """
                CREATE TABLE artifact (
                    tenant TEXT NOT NULL, kind TEXT NOT NULL, folded_name TEXT NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL,
                    changed INTEGER NOT NULL, PRIMARY KEY (tenant, kind, folded_name))
                """
            ]
        ),
    ]
}
