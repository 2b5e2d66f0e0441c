public import JSONTree
public import Moments

/// The rules of one kind of durable run: pure, without clock, input/output or chance.
///
/// `decide` looks at the state and one input and *records* events; `apply` folds an event into the state and is total and
/// trivial. A run's journal holds its events; replay only applies them, so a new release changes what is decided from
/// then on, never what was decided.
///
/// - Important: nothing in a machine may depend on the order of a Dictionary or a Set, on the clock (take `step.now`), or on
///   chance (record what was drawn).
public protocol Machine: Sendable {
    /// What a run executes: an immutable, compiled definition.
    associatedtype Program: Sendable
    /// A run's state, a value.
    associatedtype State: Sendable
    /// A decision or a result: what the journal holds.
    associatedtype Event: Sendable
    /// What is delivered to a run: its start, results of effects, signals, timers.
    associatedtype Input: Sendable
    /// Work outside the machine that a run asks for, started only after its intent is durable.
    associatedtype Effect: Sendable
    /// What a run tells the world when it is durable, such as the answer to a waiting caller.
    associatedtype Publication: Sendable

    /// The name under which this machine's runs are stored.
    static var name: String { get }

    /// The format of the events that this release writes; older ones are upcast by `decode`.
    static var eventFormat: Int { get }

    /// The state before the first event.
    func makeState(header: RunHeader, program: Program) -> State

    /// Folds one event into the state. Total: it neither fails nor decides.
    func apply(_ event: Event, to state: inout State)

    /// Handles one input: records events, asks for effects and timers.
    func decide(_ input: Input, step: inout Step<Self>)

    /// Goes on with whatever is ready until nothing is, or the step's budget is used up.
    ///
    /// - Returns: whether more is ready, so that another step has to follow once this one is durable.
    func proceed(_ step: inout Step<Self>) -> Bool

    /// Called once after a run was loaded from its journal: settles what was under way when the process ended.
    ///
    /// For each effect whose intent is recorded but whose result is not, asks for the effect again, for a look-up, or records that the outcome is unknown.
    func recover(_ step: inout Step<Self>)

    /// What is left to do after the run has gone on or ended, in a form that outlives the process: the body of a duty.
    ///
    /// - Returns: nil for an effect that need not outlive the process.
    func duty(_ effect: Effect) -> [UInt8]?

    /// The effect of a duty that an earlier process has left behind.
    ///
    /// - Throws: when this release cannot read it.
    func effect(ofDuty body: [UInt8], header: RunHeader, program: Program) throws -> Effect

    /// Whether a duty is done with this result; otherwise it is tried again later.
    func isDischarged(_ result: Input) -> Bool

    /// The input that a due timer delivers.
    func timerInput(_ key: TimerKey) -> Input

    /// The input that tells a run what became of its claim on a business key.
    func claimInput(_ flight: FlightNumber, outcome: ClaimOutcome) -> Input

    /// What the run list shows.
    func summary(of state: State) -> RunSummary

    /// Appends an event as JSON text; values above `JournalText.inlineLimit` are set aside.
    func encode(_ event: Event, state: State, into text: inout JournalText)

    /// Reads an event, upcasting older formats.
    ///
    /// `bodies`: the values that were set aside.
    ///
    /// - Throws: `DurableError` with code `unknownEvent` when a newer release wrote it.
    func decode(_ json: JSON, format: Int, state: State, bodies: JournalBodies) throws -> Event

    /// The state as JSON, for a checkpoint; nil when this machine keeps none.
    func snapshot(of state: State) -> JSON?

    /// The state from a checkpoint.
    func restore(_ snapshot: JSON, header: RunHeader, program: Program) throws -> State
}

extension Machine {
    /// This machine has no duties.
    public func duty(_ effect: Effect) -> [UInt8]? { nil }

    /// This machine has no duties.
    public func effect(ofDuty body: [UInt8], header: RunHeader, program: Program) throws -> Effect {
        throw DurableError(.unknownEvent, "Runs of the machine \(Self.name) leave no duties behind.")
    }

    /// This machine has no duties.
    public func isDischarged(_ result: Input) -> Bool { true }
}

/// The number of an effect inside its run; the same for all attempts and for a re-send after a crash.
public typealias FlightNumber = Int64

/// The key of a timer inside its run.
public typealias TimerKey = Int64

/// What is fixed about a run from its start.
public struct RunHeader: Sendable, Hashable {
    /// The run's number.
    public var number: RunNumber
    /// The tenant that owns the run.
    public var tenant: String
    /// What the run belongs to: for a playbook run, the workflow's identifier.
    public var scope: String
    /// The run's public name, unique in its scope.
    public var name: String
    /// Identifies the version of the program that the run started with.
    public var program: String
    /// When the run was accepted.
    public var opened: Timestamp

    /// Makes a header.
    public init(number: RunNumber, tenant: String, scope: String, name: String, program: String, opened: Timestamp) {
        self.number = number
        self.tenant = tenant
        self.scope = scope
        self.name = name
        self.program = program
        self.opened = opened
    }
}

/// What the run list shows of a run; written only when it changes.
public struct RunSummary: Sendable, Hashable {
    /// The status word, as the surface shows it.
    public var status: String
    /// When the run ended; nil while it is open.
    public var closed: Timestamp?
    /// Further members for lists: small, compact JSON text.
    public var detail: String
    /// Whether somebody has to decide about an unknown outcome.
    public var isOutcomeUnknown: Bool
    /// Whether the run has nothing to do until a timer, a callback or a person comes: after a restart it is read only then.
    public var isResting: Bool

    /// Makes a summary.
    public init(
        status: String,
        closed: Timestamp?,
        detail: String,
        isOutcomeUnknown: Bool = false,
        isResting: Bool = false
    ) {
        self.isResting = isResting
        self.status = status
        self.closed = closed
        self.detail = detail
        self.isOutcomeUnknown = isOutcomeUnknown
    }
}
