/// The names under which log lines carry what varies, kept in one place so that every room says the same thing alike.
///
/// Messages are constant sentences; ids, counts and names go in the metadata under these keys. Never put payloads,
/// tokens or addresses with their query there.
///
/// ```swift
/// logger.info("A run ended.", metadata: [LogKeys.run: "\(run)", LogKeys.status: "\(status)"])
/// ```
public enum LogKeys {
    /// The tenant that all of this happened for.
    public static let tenant = "tenant"
    /// Name of a workflow.
    public static let workflow = "workflow"
    /// Id of a run.
    public static let run = "run"
    /// Name of an action inside a workflow.
    public static let action = "action"
    /// Name of a trigger.
    public static let trigger = "trigger"
    /// Index of an iteration of a loop.
    public static let iteration = "iteration"
    /// Name of a connection.
    public static let connection = "connection"
    /// Name of a connector.
    public static let connector = "connector"
    /// Id of a connector's operation.
    public static let operation = "operation"
    /// Number of an attempt, from 1.
    public static let attempt = "attempt"
    /// Id of an alert.
    public static let alert = "alert"
    /// Id of an incident.
    public static let incident = "incident"
    /// Id of a subscription to changes.
    public static let subscription = "subscription"
    /// Id of an incoming request.
    public static let request = "request"
    /// HTTP method of a request.
    public static let method = "method"
    /// The route that matched a request, with placeholders; never the raw path.
    public static let route = "route"
    /// Host that was called or that calls.
    public static let host = "host"
    /// Who did it: client or object id.
    public static let principal = "principal"
    /// Status of a run, an action or an HTTP answer.
    public static let status = "status"
    /// Code of an error.
    public static let code = "code"
    /// Message of an error; must be free of secrets, as all errors are.
    public static let error = "error"
    /// Why something was done or not done.
    public static let reason = "reason"
    /// How long it took, in milliseconds.
    public static let milliseconds = "milliseconds"
    /// How many there were.
    public static let count = "count"
    /// A size in bytes.
    public static let bytes = "bytes"
    /// A file or folder on this machine.
    public static let path = "path"
    /// An instant, RFC 3339.
    public static let instant = "instant"
    /// Name of a setting.
    public static let setting = "setting"
    /// Name of a worker or node of the cluster.
    public static let worker = "worker"
    /// A version of this or another program.
    public static let version = "version"
}
