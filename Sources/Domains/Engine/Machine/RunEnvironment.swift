public import Durable
public import JSONTree
public import Moments

/// What a run's rules take from outside, each drawn once and recorded where it was used.
public struct RunEnvironment: Sendable {
    /// The callback address of a webhook action: bound to run, action and iterations, signed.
    public var callbackURL: @Sendable (RunHeader, WorkflowProgram.Identity, FlightNumber) -> String
    /// A new GUID.
    public var newGUID: @Sendable () -> String
    /// A whole number in a range.
    public var random: @Sendable (Range<Int64>) -> Int64
    /// Encrypts what is secret before it enters the journal.
    public var seal: @Sendable ([UInt8]) -> String
    /// Decrypts what `seal` made.
    public var open: @Sendable (String) throws -> [UInt8]
    /// Settings for `appsetting()`.
    public var appSettings: JSON
    /// The longest a run may take.
    public var runDuration: TimeSpan
    /// How long a caller of a Request trigger waits.
    public var responsePatience: TimeSpan

    /// Makes an environment; the defaults are the documented limits: 90 days and 120 seconds.
    public init(
        callbackURL: @escaping @Sendable (RunHeader, WorkflowProgram.Identity, FlightNumber) -> String,
        newGUID: @escaping @Sendable () -> String,
        random: @escaping @Sendable (Range<Int64>) -> Int64,
        seal: @escaping @Sendable ([UInt8]) -> String,
        open: @escaping @Sendable (String) throws -> [UInt8],
        appSettings: JSON = .object(JSONObject()),
        runDuration: TimeSpan = .days(90),
        responsePatience: TimeSpan = .seconds(120)
    ) {
        self.callbackURL = callbackURL
        self.newGUID = newGUID
        self.random = random
        self.seal = seal
        self.open = open
        self.appSettings = appSettings
        self.runDuration = runDuration
        self.responsePatience = responsePatience
    }
}
