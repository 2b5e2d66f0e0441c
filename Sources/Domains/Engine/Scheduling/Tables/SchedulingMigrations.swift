public import Stores

/// The tables of triggers: state, history, subscriptions, batches.
public enum SchedulingMigrations {
    /// All migrations, in order.
    public static let all: [Migration] = [
        Migration(
            room: "Engine.Scheduling",
            number: 1,
            statements: [
                // One row a trigger of every workflow. `trigger` is the name in lower case, `resource` the workflow's id in lower case;
                // `revision` rises with every change from outside, so that a tick that worked meanwhile does not write over it;
                // `location` is sealed; `calls`: whether its ticks call out.
                """
                CREATE TABLE trigger_state (
                    tenant TEXT NOT NULL, workflow TEXT NOT NULL, trigger TEXT NOT NULL, name TEXT NOT NULL, resource TEXT NOT NULL,
                    definition TEXT NOT NULL, revision INTEGER NOT NULL, enabled INTEGER NOT NULL, calls INTEGER NOT NULL,
                    created INTEGER NOT NULL, changed INTEGER NOT NULL, since INTEGER NOT NULL, first INTEGER, last INTEGER, due INTEGER,
                    scheduled INTEGER, attempt INTEGER NOT NULL, burst INTEGER NOT NULL, location TEXT, schedules TEXT,
                    executed INTEGER, status TEXT, code TEXT, error TEXT, PRIMARY KEY (workflow, trigger)) WITHOUT ROWID
                """,
                "CREATE INDEX trigger_state_due ON trigger_state (calls, due) WHERE due IS NOT NULL",
                "CREATE INDEX trigger_state_resource ON trigger_state (tenant, resource, trigger)",
                // What became of evaluations. `due` is set while a firing waits to be launched; `firing` is what it is launched with.
                """
                CREATE TABLE trigger_history (
                    tenant TEXT NOT NULL, workflow TEXT NOT NULL, trigger TEXT NOT NULL, name TEXT NOT NULL, label TEXT NOT NULL,
                    status TEXT NOT NULL, code TEXT, error TEXT, start INTEGER NOT NULL, end INTEGER NOT NULL, scheduled INTEGER,
                    tracking TEXT NOT NULL, client_tracking TEXT NOT NULL, inputs TEXT, outputs TEXT,
                    due INTEGER, attempt INTEGER NOT NULL, firing TEXT, PRIMARY KEY (workflow, trigger, name))
                """,
                "CREATE INDEX trigger_history_due ON trigger_history (due) WHERE due IS NOT NULL",
                "CREATE INDEX trigger_history_waiting ON trigger_history (workflow, trigger, name) WHERE due IS NOT NULL",
                "CREATE INDEX trigger_history_age ON trigger_history (end) WHERE due IS NULL",
                // A workflow was changed, and its triggers have yet to follow.
                """
                CREATE TABLE trigger_note (
                    workflow TEXT PRIMARY KEY, tenant TEXT NOT NULL, mark INTEGER NOT NULL, due INTEGER NOT NULL) WITHOUT ROWID
                """,
                "CREATE INDEX trigger_note_due ON trigger_note (due)",
                // Subscriptions of webhook triggers with the outside. `state`: wanted, active, ending; `sent`: whether the other side
                // may know of it; `detail` and `answer` are sealed.
                """
                CREATE TABLE trigger_subscription (
                    id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, workflow TEXT NOT NULL, trigger TEXT NOT NULL, version TEXT NOT NULL,
                    definition TEXT NOT NULL, address TEXT NOT NULL, state TEXT NOT NULL, sent INTEGER NOT NULL, detail TEXT,
                    answer TEXT, attempt INTEGER NOT NULL, due INTEGER, code TEXT, error TEXT, changed INTEGER NOT NULL)
                """,
                "CREATE INDEX trigger_subscription_due ON trigger_subscription (due) WHERE due IS NOT NULL",
                "CREATE INDEX trigger_subscription_owner ON trigger_subscription (workflow, trigger)",
                // Messages of Batch triggers; those of a release share the partition's round.
                """
                CREATE TABLE batch_message (
                    id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, workflow TEXT NOT NULL, trigger TEXT NOT NULL, batch TEXT NOT NULL,
                    part TEXT NOT NULL, round INTEGER NOT NULL, message TEXT NOT NULL, content TEXT NOT NULL)
                """,
                "CREATE INDEX batch_message_round ON batch_message (workflow, trigger, batch, part, round, id)",
                """
                CREATE TABLE batch_partition (
                    tenant TEXT NOT NULL, workflow TEXT NOT NULL, trigger TEXT NOT NULL, batch TEXT NOT NULL, part TEXT NOT NULL,
                    round INTEGER NOT NULL, messages INTEGER NOT NULL, bytes INTEGER NOT NULL,
                    PRIMARY KEY (workflow, trigger, batch, part)) WITHOUT ROWID
                """,
                // Which sendings were taken: the same execution is taken once, also after its batch was released.
                """
                CREATE TABLE batch_receipt (
                    tenant TEXT NOT NULL, execution TEXT NOT NULL, message TEXT NOT NULL, accepted INTEGER NOT NULL,
                    PRIMARY KEY (tenant, execution)) WITHOUT ROWID
                """,
                "CREATE INDEX batch_receipt_age ON batch_receipt (accepted)",
            ]
        )
    ]
}
