import JSONTree
import Moments

/// What stand-ins remember during a rehearsal.
struct LabState: Sendable {
    /// The query parameter of ours in the addresses of long operations.
    static let statusMark = "tocsin-operation"
    /// The most long operations at a time: 1,000; the oldest is forgotten then.
    static let operationLimit = 1_000

    var memory = ResourceMemory()
    private var faults: [LabFault]
    private var operations: [(id: String, answer: LabAnswer, polls: Int)] = []
    private var nextOperation = 1
    private var calls: [String: [Timestamp]] = [:]

    init(faults: [LabFault]) { self.faults = faults }

    /// The next fault that befalls a call, counted.
    mutating func takeFault(_ connector: String, _ operation: String?) -> LabFault.Kind? {
        guard let index = faults.firstIndex(where: { $0.befalls(connector, operation) }) else { return nil }
        faults[index].count -= 1
        return faults[index].kind
    }

    /// The seconds to wait when a limit is reached; nil counts the call.
    mutating func wait(_ limit: LabOptions.RateLimit, _ connector: String, _ now: Timestamp) -> Int? {
        let span = TimeSpan(limit.per)
        var recent = (calls[connector] ?? []).filter { now - $0 < span }
        defer { calls[connector] = recent }
        guard recent.count >= limit.calls else {
            recent.append(now)
            return nil
        }
        guard let first = recent.first else { return 1 }
        return max(1, Int((span - (now - first)).totalSeconds.rounded(.up)))
    }

    /// Keeps an answer for later, and says where it will be.
    mutating func begin(_ answer: LabAnswer, url: String, polls: Int, retryAfter: Int) -> LabAnswer {
        let id = String(nextOperation)
        nextOperation += 1
        if operations.count >= Self.operationLimit { operations.removeFirst() }
        operations.append((id, answer, polls))
        return pending(LabURL.setting(Self.statusMark, id, in: url), retryAfter)
    }

    /// The kept answer, or once more where it will be.
    mutating func poll(_ id: String, url: String, retryAfter: Int) -> LabAnswer {
        guard let index = operations.firstIndex(where: { $0.id == id }) else {
            return .refusal(404, "NotFound", "There is no operation '\(id)' under way.")
        }
        guard operations[index].polls > 0 else {
            var answer = operations[index].answer
            if answer.status == 202 { answer.status = 200 }
            return answer
        }
        operations[index].polls -= 1
        return pending(url, retryAfter)
    }

    private func pending(_ url: String, _ retryAfter: Int) -> LabAnswer {
        LabAnswer(202, nil, headers: [("Location", url), ("Retry-After", String(retryAfter))])
    }
}

/// The answers of stand-ins that do something wrong.
enum LabFaultAnswer {
    static func tooMany(_ seconds: Int) -> LabAnswer {
        var answer = LabAnswer.refusal(429, "TooManyRequests", "More calls than the limit of this rehearsal allows.")
        answer.headers.append(("Retry-After", String(seconds)))
        return answer
    }

    static func status(_ status: Int, retryAfter: Int) -> LabAnswer {
        var answer = LabAnswer.refusal(status, "Rehearsed\(status)", "The service fails, as this rehearsal wants it.")
        if status == 429 || status == 503 { answer.headers.append(("Retry-After", String(retryAfter))) }
        return answer
    }

    static var page: LabAnswer {
        LabAnswer(
            200,
            "<html><body><h1>Service unavailable</h1></body></html>",
            headers: [("Content-Type", "text/html; charset=utf-8")]
        )
    }
}
