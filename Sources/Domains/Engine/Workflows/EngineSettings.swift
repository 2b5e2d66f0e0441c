public import Durable
public import JSONTree
public import Moments

/// Settings of the workflow engine.
public struct EngineSettings: Sendable {
    /// Scheme, host and port by which clients know this server, for callback addresses.
    public var origin: String
    /// Settings for `appsetting()`.
    public var appSettings: JSON = .object(JSONObject())
    /// The longest a run may take.
    public var runDuration: TimeSpan = .days(90)
    /// How long a caller of a Request trigger waits for a Response.
    public var responsePatience: TimeSpan = .seconds(120)
    /// How long versions that are no longer current are kept: longer than the longest run and the retention of runs together.
    public var versionRetention: TimeSpan = .days(190)
    /// How long runs, business keys and the change feed are kept.
    public var retention = Retention.Configuration()
    /// What the scheduler of triggers takes, does and keeps at most.
    public var triggers = TriggerLimits()
    /// The most workflows of a tenant.
    public var workflowLimit = 10_000
    /// Settings of the driver of runs.
    public var driver = Driver<WorkflowMachine>.Configuration()

    /// Makes settings with the documented defaults.
    public init(origin: String) {
        self.origin = origin
    }
}
