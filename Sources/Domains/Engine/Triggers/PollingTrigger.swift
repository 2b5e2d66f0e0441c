public import Expressions
public import JSONTree
public import Moments
public import Playbooks

/// The rules of a polling trigger (section 5.5): what an answer means, and when and where the next poll goes.
public struct PollingTrigger: Sendable {
    /// What is kept between polls: only what the service put into `Location`.
    public struct Memory: Sendable, Hashable {
        /// The address of the next poll; nil: the trigger's own.
        public var location: String?

        /// Makes a memory.
        public init(location: String? = nil) {
            self.location = location
        }
    }

    /// What a poll came to.
    public struct Verdict: Sendable {
        /// Whether the answer is to be evaluated as a firing.
        public var fires: Bool
        /// Succeeded, Skipped or Failed, when it does not fire.
        public var status: ActionStatus
        /// What to keep.
        public var memory: Memory
        /// When to poll again, counted from now; nil: by the recurrence.
        public var wait: TimeSpan?
    }

    /// Judges an answer.
    ///
    /// `status`: its HTTP status.
    /// `headers`: its headers.
    /// `hasConditions`: conditions that look at the status let other answers fire, too.
    /// `now`: dates `Retry-After`.
    public static func judge(status: Int, headers: JSON, hasConditions: Bool, memory: Memory, now: Timestamp) -> Verdict
    {
        let location = HeaderLookup.text(headers, "location")
        let wait = RetryAfter.span(headers, now: now)
        if status >= 400 { return Verdict(fires: hasConditions, status: .failed, memory: memory, wait: nil) }
        if status == 200 {
            return Verdict(fires: true, status: .succeeded, memory: Memory(location: location), wait: wait)
        }
        if status == 202 {
            return Verdict(
                fires: false,
                status: .skipped,
                memory: Memory(location: location ?? memory.location),
                wait: wait
            )
        }
        return Verdict(fires: hasConditions, status: .skipped, memory: memory, wait: nil)
    }

    /// The wait before another attempt of a poll; nil when this attempt was the last, or what it got is not tried again.
    ///
    /// `attempts`: how many retries were made.
    /// `answer`: what came; nil when nothing did.
    /// `random`: draws from a range.
    public static func pause(
        _ policy: RetryPolicy,
        after attempts: Int,
        answer: EffectOutcome.Answer?,
        now: Timestamp,
        random: (Range<Int64>) -> Int64
    ) -> TimeSpan? {
        guard answer.map({ StatusCodes.isRetried($0.status) }) ?? true else { return nil }
        let retryAfter = answer.flatMap { RetryAfter.span($0.headers, now: now) }
        return pause(policy, after: attempts, retryAfter: retryAfter, random: random)
    }

    /// The wait before another attempt; nil when the policy has no more.
    static func pause(
        _ policy: RetryPolicy,
        after attempts: Int,
        retryAfter: TimeSpan?,
        random: (Range<Int64>) -> Int64
    ) -> TimeSpan? {
        guard attempts < policy.count else { return nil }
        let range = policy.waitRange(beforeRetry: attempts + 1)
        let ticks =
            range.lowerBound == range.upperBound ? range.lowerBound : random(range.lowerBound..<range.upperBound + 1)
        return TimeSpan(ticks: max(ticks, retryAfter?.ticks ?? 0))
    }
}

extension RetryPolicy {
    /// The policy of a trigger's calls.
    ///
    /// - Parameters:
    ///   - trigger: The trigger.
    ///   - inputs: Its evaluated inputs, which may hold the policy.
    /// - Returns: The policy, the standard one where none is written.
    /// - Throws: `RetryPolicyError` for one that does not fit.
    public static func of(_ trigger: TriggerNode, inputs: JSON) throws(RetryPolicyError) -> RetryPolicy {
        switch trigger.retryPolicy {
        case .standard: return .standard
        case .literal(let policy): return policy
        case .evaluated:
            let written = [inputs, inputs[ignoringCase: "subscribe"], inputs[ignoringCase: "fetch"]].lazy.compactMap {
                $0?[ignoringCase: "retryPolicy"]
            }.first
            return try written.flatMap(\.nonNull).map { json throws(RetryPolicyError) in try RetryPolicy(json: json) }
                ?? .standard
        }
    }
}

/// Evaluates the inputs of a trigger.
public enum TriggerInputs {
    /// The inputs with the callback address that `listCallbackUrl()` gives.
    ///
    /// - Throws: `ExpressionError`.
    public static func evaluate(
        _ template: Template?,
        program: WorkflowProgram,
        environment: RunEnvironment,
        callbackURL: String?,
        action: JSON? = nil,
        now: Timestamp
    ) throws(ExpressionError) -> JSON {
        guard let template else { return .null }
        let context = TriggerContext(
            program: program,
            environment: environment,
            now: now,
            record: action,
            url: callbackURL
        )
        return try template.evaluate(in: context)
    }

    /// The same for a webhook trigger; where it calls an operation by name, the callback address goes with it.
    static func evaluate(
        webhook trigger: TriggerNode,
        program: WorkflowProgram,
        environment: RunEnvironment,
        callbackURL: String,
        now: Timestamp
    ) throws(ExpressionError) -> JSON {
        let inputs = try evaluate(
            trigger.inputs,
            program: program,
            environment: environment,
            callbackURL: callbackURL,
            now: now
        )
        return trigger.type == .openAPIConnectionWebhook ? CallbackMember.added(to: inputs, callbackURL) : inputs
    }
}
