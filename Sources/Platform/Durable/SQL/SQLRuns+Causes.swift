public import Stores

extension SQLRuns {
    /// The run that a cause has started; nil when it has started none.
    public static func started(by cause: String, tenant: String, scope: String, in snapshot: Snapshot) throws -> Listed?
    {
        let row = try snapshot.first(
            "SELECT run FROM run_cause WHERE tenant = ? AND scope = ? AND cause = ?",
            [.text(tenant), .text(scope), .text(cause)]
        )
        guard let row else { return nil }
        return try find(RunNumber(try row[0].integer), in: snapshot)
    }

    /// The groups of open runs of a machine of which some wait for others.
    public static func waitingGroups(
        machine: String,
        in snapshot: Snapshot
    ) throws -> [(tenant: String, scope: String, group: String)] {
        try snapshot.query(
            """
            SELECT DISTINCT tenant, scope, run_group FROM run
            WHERE machine = ? AND closed IS NULL AND status = 'Waiting' AND unknown_outcome = 0
            """,
            [.text(machine)]
        ).map { (tenant: try $0[0].text, scope: try $0[1].text, group: try $0[2].text) }
    }
}
