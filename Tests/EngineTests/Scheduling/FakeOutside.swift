import Durable
import Engine
import JSONTree
import Moments
import Playbooks
import Synchronization

/// Where the process ends, as seen by whoever it calls.
enum CrashPoint: Sendable, CaseIterable {
    /// While a call to the outside is under way.
    case duringCall
    /// When the firing is written and nothing is started.
    case beforeLaunch
    /// When some of the runs are started.
    case amidLaunch
    /// When all runs are started and the firing is not struck out.
    case afterLaunch

    struct Ended: Error {}
}

/// What works for a scheduler: it ends with the process.
final class FakeProcess: Sendable {
    private let work = Mutex<Task<Void, Never>?>(nil)

    func run(_ body: @escaping @Sendable () async -> Void) async {
        // Inside of the lock: the process may end as soon as the task runs.
        let task = work.withLock { work in
            let task = Task { await body() }
            work = task
            return task
        }
        await task.value
        work.withLock { $0 = nil }
    }

    /// Cancels everything, as the end of the process would end it: whoever works now must leave what it has not written.
    func end() {
        work.withLock { $0 }?.cancel()
        withUnsafeCurrentTask { $0?.cancel() }
    }
}

/// The outside that triggers call.
final class FakeServices: TriggerCalls {
    struct Call: Sendable, Hashable {
        var trigger: String
        var kind: TriggerCallKind
        var inputs: JSON
        var at: Timestamp
    }

    let process: FakeProcess
    let clock: VirtualClock
    let calls = Mutex<[Call]>([])
    /// Answers by trigger and kind of call, in order; the last one repeats.
    let answers = Mutex<[String: [EffectOutcome]]>([:])
    let crash = Mutex<CrashPoint?>(nil)
    /// Called in the midst of each call.
    let meanwhile = Mutex<(@Sendable () async -> Void)?>(nil)
    let underWay = Atomic(0)
    let mostUnderWay = Atomic(0)

    init(_ process: FakeProcess, _ clock: VirtualClock) {
        self.process = process
        self.clock = clock
    }

    func callTrigger(
        _ trigger: TriggerNode,
        program: WorkflowProgram,
        inputs: JSON,
        kind: TriggerCallKind
    ) async -> EffectOutcome {
        let now = underWay.wrappingAdd(1, ordering: .relaxed).newValue
        mostUnderWay.max(now, ordering: .relaxed)
        defer { underWay.wrappingSubtract(1, ordering: .relaxed) }
        calls.withLock { $0.append(Call(trigger: trigger.name, kind: kind, inputs: inputs, at: clock.now)) }
        if crash.withLock({ $0 == .duringCall }) {
            process.end()
            return .unknown(RunError("Stopped", "stopped"))
        }
        if let meanwhile = meanwhile.withLock({ $0 }) { await meanwhile() }
        return answers.withLock { answers in
            let name = Self.name(trigger.name, kind)
            guard var list = answers[name], let first = list.first else {
                return .unreachable(RunError("ConnectionFailed", "nobody answers"))
            }
            if list.count > 1 { list.removeFirst() }
            answers[name] = list
            return first
        }
    }

    private static func name(_ trigger: String, _ kind: TriggerCallKind) -> String {
        switch kind {
        case .poll: trigger
        case .subscribe: "\(trigger) subscribe"
        case .unsubscribe: "\(trigger) unsubscribe"
        }
    }

    func answer(_ name: String, _ outcomes: EffectOutcome...) {
        answers.withLock { $0[name] = outcomes }
    }

    /// Seconds since the start, and where each poll went.
    var polls: [(at: Int, location: String?)] {
        calls.withLock { calls in
            calls.compactMap { call in
                guard case .poll(let location) = call.kind else { return nil }
                return (Int((call.at - TriggerWorld.start).totalSeconds), location)
            }
        }
    }

    /// What was called of subscriptions, in order.
    var subscribing: [String] {
        calls.withLock { calls in
            calls.compactMap { call in
                switch call.kind {
                case .poll: Optional<String>.none
                case .subscribe: "subscribe"
                case .unsubscribe: "unsubscribe"
                }
            }
        }
    }
}

extension EffectOutcome {
    static func status(_ status: Int, _ headers: JSON = [:], body: JSON? = nil) -> EffectOutcome {
        .answered(.init(status: status, headers: headers, body: body))
    }
}

/// Starts runs as the service does: one a cause, over all lives of the process.
final class FakeLauncher: RunLauncher {
    struct Start: Sendable {
        var cause: String
        var workflow: String
        var trigger: String
        var record: JSON
        var at: Timestamp
    }

    let process: FakeProcess
    let clock: VirtualClock
    let workflows = Mutex<[String: SchedulableWorkflow]>([:])
    let versions = Mutex<[String: WorkflowProgram]>([:])
    let started = Mutex<[Start]>([])
    let crash = Mutex<CrashPoint?>(nil)
    /// Refuses so many launches because the queue is full.
    let refusals = Mutex(0)
    /// Fails so many launches because the driver is in trouble.
    let troubles = Mutex(0)
    let underWay = Atomic(0)
    let mostUnderWay = Atomic(0)

    init(_ process: FakeProcess, _ clock: VirtualClock) {
        self.process = process
        self.clock = clock
    }

    func put(_ id: String, _ definition: Definition, isEnabled: Bool) {
        let version = "\(versions.withLock { $0.count } + 1)"
        let program = WorkflowProgram(
            identity: .init(
                tenant: "t",
                id: id,
                name: id,
                resourceID: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/workflows/\(id)",
                version: version
            ),
            definition: definition
        )
        versions.withLock { $0["\(id)/\(version)"] = program }
        workflows.withLock { $0[id] = SchedulableWorkflow(program: program, isEnabled: isEnabled) }
    }

    func workflow(id: String) async throws -> SchedulableWorkflow? { workflows.withLock { $0[id] } }

    func program(workflowID: String, version: String) async throws -> WorkflowProgram? {
        versions.withLock { $0["\(workflowID)/\(version)"] }
    }

    func launch(
        _ outcome: TriggerOutcome,
        trigger: TriggerNode,
        program: WorkflowProgram,
        history: String,
        cause: String,
        isResumed: Bool
    ) async throws -> [RunHeader] {
        let now = underWay.wrappingAdd(1, ordering: .relaxed).newValue
        mostUnderWay.max(now, ordering: .relaxed)
        defer { underWay.wrappingSubtract(1, ordering: .relaxed) }
        await Task.yield()
        let point = crash.withLock { $0 }
        if point == .beforeLaunch { try endProcess() }
        if Self.takes(troubles) { throw DurableError(.overloaded, "too much to do") }
        if !isResumed, Self.takes(refusals) {
            throw EngineError(429, "TooManyRequests", "the queue is full")
        }
        var headers: [RunHeader] = []
        for (index, origin) in outcome.origins.enumerated() {
            if point == .amidLaunch, index >= outcome.origins.count / 2 { try endProcess() }
            let own = outcome.origins.count == 1 ? cause : "\(cause)/\(index)"
            let header = started.withLock { started -> RunHeader? in
                guard !started.contains(where: { $0.cause == own && $0.workflow == program.identity.id }) else {
                    return nil
                }
                started.append(
                    Start(
                        cause: own,
                        workflow: program.identity.id,
                        trigger: trigger.name,
                        record: origin.record,
                        at: clock.now
                    )
                )
                return RunHeader(
                    number: RunNumber(Int64(started.count)),
                    tenant: program.identity.tenant,
                    scope: program.identity.id,
                    name: history,
                    program: program.identity.version,
                    opened: clock.now
                )
            }
            if let header { headers.append(header) }
        }
        if point == .afterLaunch { try endProcess() }
        return headers
    }

    private func endProcess() throws {
        process.end()
        throw CrashPoint.Ended()
    }

    private static func takes(_ counter: borrowing Mutex<Int>) -> Bool {
        counter.withLock { count in
            guard count > 0 else { return false }
            count -= 1
            return true
        }
    }

    /// The bodies of the runs' triggers, in order.
    var bodies: [JSON] { started.withLock { $0.map { $0.record["outputs"]?["body"] ?? .null } } }
    var count: Int { started.withLock { $0.count } }
}
