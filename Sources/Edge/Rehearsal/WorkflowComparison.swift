import Durable
import Engine
import JSONTree
import Moments
import Playbooks

/// Compares what a case's world did with what is expected.
struct WorkflowComparison {
    let one: WorkflowCase
    let world: CaseWorld
    let expected: JSON

    init(_ one: WorkflowCase, _ world: CaseWorld, _ expected: JSON) {
        self.one = one
        self.world = world
        self.expected = expected
    }

    func differences() -> [String] {
        var found: [String] = []
        let wantsRuns = expected["runs"]?.arrayValue
        if let count = expected["runCount"]?.integerValue {
            check(&found, "runCount", Int(count), world.started.count)
        } else if let wantsRuns {
            check(&found, "number of runs", wantsRuns.count, world.started.count)
        } else {
            check(&found, "number of runs", 1, world.started.count)
        }
        for (index, header) in world.started.enumerated() {
            let wanted =
                wantsRuns.map { index < $0.count ? $0[index] : .null }
                ?? (index == 0 && expected["runCount"] == nil ? expected : .null)
            guard wanted.objectValue != nil else { continue }
            do {
                let history = try world.runs.history(of: header.number)
                compareRun(&found, wanted, history, prefix: wantsRuns == nil ? "" : "run \(index): ")
            } catch {
                found.append("history of run \(index) cannot be read: \(error)")
            }
        }
        compareRequests(&found)
        compareCallers(&found)
        if let trigger = expected["trigger"] {
            if let status = trigger["status"]?.stringValue {
                check(&found, "trigger status", status, world.history?.status.word ?? "none")
            }
            if let fired = trigger["fired"]?.boolValue {
                check(&found, "trigger fired", fired, world.history?.fired ?? false)
            }
        }
        return found
    }

    private func check<T: Equatable>(_ found: inout [String], _ what: String, _ wanted: T, _ got: T) {
        if wanted != got { found.append("\(what): expected \(wanted), got \(got)") }
    }

    private func checkJSON(_ found: inout [String], _ what: String, _ wanted: JSON, _ got: JSON?) {
        if !ExpectedValue.matches(wanted, got) {
            found.append("\(what): expected \(wanted.text), got \(got?.text ?? "nothing")")
        }
    }

    // MARK: Runs

    private func compareRun(_ found: inout [String], _ wanted: JSON, _ history: RunHistory, prefix: String) {
        let state = history.state
        if let status = wanted["status"]?.stringValue { check(&found, prefix + "status", status, state.status.word) }
        if let code = wanted["code"]?.stringValue { check(&found, prefix + "code", code, state.code ?? "none") }
        if let error = wanted["error"] { compareError(&found, prefix + "error", error, state.error) }
        if let outputs = wanted["outputs"] {
            for (name, value) in outputs.objectValue ?? JSONObject() {
                let got = state.outputs?[name]
                checkJSON(
                    &found,
                    prefix + "output \(name)",
                    value,
                    value["value"] == nil && value["error"] == nil ? got?["value"] : got
                )
            }
        }
        if let variables = wanted["variables"] {
            for (name, value) in variables.objectValue ?? JSONObject() {
                checkJSON(&found, prefix + "variable \(name)", value, state.variableValues[ignoringCase: name])
            }
        }
        if let id = wanted["clientTrackingId"] {
            checkJSON(&found, prefix + "clientTrackingId", id, .string(state.origin.clientTrackingID ?? state.runName))
        }
        if let duration = wanted["duration"]?.stringValue, let end = state.end {
            checkSpan(&found, prefix + "duration", duration, end - state.start)
        }
        if let after = wanted["startedAfter"]?.stringValue {
            checkSpan(&found, prefix + "startedAfter", after, state.start - one.start)
        }
        for (name, expectation) in wanted["actions"]?.objectValue ?? JSONObject() {
            compareAction(&found, prefix + name, expectation, history.entries(of: name), history)
        }
    }

    private func compareAction(
        _ found: inout [String],
        _ name: String,
        _ wanted: JSON,
        _ entries: [HistoryEntry],
        _ history: RunHistory
    ) {
        if let iterations = wanted["iterations"] {
            compareIterations(&found, name, iterations, entries, history)
        }
        let own = wanted.objectValue?.filter { $0.name != "iterations" } ?? []
        guard !own.isEmpty else { return }
        guard let entry = entries.first else {
            found.append("\(name): no record")
            return
        }
        compareEntry(&found, name, wanted, entry, history)
    }

    private func compareEntry(
        _ found: inout [String],
        _ name: String,
        _ wanted: JSON,
        _ entry: HistoryEntry,
        _ history: RunHistory
    ) {
        if let status = wanted["status"]?.stringValue { check(&found, "\(name) status", status, entry.status.word) }
        if let code = wanted["code"]?.stringValue { check(&found, "\(name) code", code, entry.code ?? "NotSpecified") }
        if let error = wanted["error"] { compareError(&found, "\(name) error", error, entry.error) }
        if let outputs = wanted["outputs"] { checkJSON(&found, "\(name) outputs", outputs, entry.outputs) }
        if wanted["noOutputs"]?.boolValue == true, let outputs = entry.outputs {
            found.append("\(name): has outputs \(outputs.text)")
        }
        if let tracked = wanted["trackedProperties"] {
            checkJSON(&found, "\(name) trackedProperties", tracked, entry.tracked)
        }
        if let retries = wanted["retryHistory"]?.integerValue {
            check(&found, "\(name) retryHistory", Int(retries), entry.retryHistory.count)
        }
        if let after = wanted["startedAfter"]?.stringValue {
            checkSpan(&found, "\(name) startedAfter", after, entry.start - one.start)
        }
        if let hidden = wanted["hidden"]?.arrayValue {
            let node = history.program.definition.node(named: entry.name)
            var got: [String] = []
            if node?.hidesInputs == true { got.append("inputs") }
            if node?.hidesOutputs == true { got.append("outputs") }
            check(&found, "\(name) hidden", hidden.compactMap(\.stringValue).sorted(), got)
        }
    }

    private func compareIterations(
        _ found: inout [String],
        _ name: String,
        _ wanted: JSON,
        _ entries: [HistoryEntry],
        _ history: RunHistory
    ) {
        let isLoop = history.program.definition.node(named: name)?.type.isLoop ?? false
        if isLoop, entries.first?.indexes.isEmpty ?? true {
            let got = entries.first?.iterations ?? []
            if let count = wanted.integerValue { check(&found, "\(name) iterations", Int(count), got.count) }
            if let list = wanted.arrayValue {
                check(&found, "\(name) iterations", list.compactMap(\.stringValue), got.map(\.word))
            }
            return
        }
        if let count = wanted.integerValue {
            check(&found, "\(name) records", Int(count), entries.count)
            return
        }
        let list = wanted.arrayValue ?? []
        if list.first?.arrayValue != nil {
            for (outer, inner) in list.enumerated() {
                let part = entries.filter { $0.indexes.first == outer }
                compareList(&found, "\(name)[\(outer)]", inner.arrayValue ?? [], part, history)
            }
        } else {
            compareList(&found, name, list, entries, history)
        }
    }

    private func compareList(
        _ found: inout [String],
        _ name: String,
        _ list: [JSON],
        _ entries: [HistoryEntry],
        _ history: RunHistory
    ) {
        guard list.count == entries.count else {
            found.append("\(name): expected \(list.count) records, got \(entries.count)")
            return
        }
        for (index, (wanted, entry)) in zip(list, entries).enumerated() {
            if let status = wanted.stringValue {
                check(&found, "\(name)[\(index)] status", status, entry.status.word)
            } else {
                compareEntry(&found, "\(name)[\(index)]", wanted, entry, history)
            }
        }
    }

    private func compareError(_ found: inout [String], _ what: String, _ wanted: JSON, _ got: RunError?) {
        if let code = wanted["code"]?.stringValue { check(&found, what + " code", code, got?.code ?? "none") }
        if let message = wanted["message"] {
            checkJSON(&found, what + " message", message, got.map { .string($0.message) })
        }
        if let part = wanted["messageContains"]?.stringValue,
            !(got?.message.lowercased().contains(part.lowercased()) ?? false)
        {
            found.append("\(what): expected a message with '\(part)', got '\(got?.message ?? "none")'")
        }
    }

    private func checkSpan(_ found: inout [String], _ what: String, _ wanted: String, _ got: TimeSpan) {
        guard let due = ISODuration(wanted)?.applied(to: one.start) else { return }
        let seconds = (due - one.start).ticks / 10_000_000
        if seconds != got.ticks / 10_000_000 { found.append("\(what): expected \(wanted), got \(got.text)") }
    }

    // MARK: Requests and callers

    private func compareRequests(_ found: inout [String]) {
        if let count = expected["requestCount"]?.integerValue {
            check(&found, "requestCount", Int(count), world.requests.count)
        }
        if let list = expected["requests"]?.arrayValue {
            check(&found, "number of requests", list.count, world.requests.count)
            for (index, pair) in zip(list, world.requests).enumerated() {
                let differences = requestDifferences(pair.0, pair.1)
                if !differences.isEmpty { found.append("request \(index): \(differences.joined(separator: ", "))") }
            }
        }
        for wanted in expected["requestsInclude"]?.arrayValue ?? []
        where !world.requests.contains(where: { requestDifferences(wanted, $0).isEmpty }) {
            found.append("no request like \(wanted.text)")
        }
    }

    private func requestDifferences(_ wanted: JSON, _ got: CaseRequest) -> [String] {
        var found: [String] = []
        if let method = wanted["method"] { checkJSON(&found, "method", method, .string(got.call.method)) }
        if let uri = wanted["uri"] { checkJSON(&found, "uri", uri, .string(got.call.uri)) }
        if let path = wanted["path"] { checkJSON(&found, "path", path, got.path.map { .string($0) }) }
        if let connection = wanted["connection"] { checkJSON(&found, "connection", connection, got.connection) }
        if let queries = wanted["queries"] { checkJSON(&found, "queries", queries, got.queries) }
        if let body = wanted["body"] { checkJSON(&found, "body", body, got.call.body) }
        for (name, value) in wanted["headers"]?.objectValue ?? JSONObject() {
            let header = got.call.headers.first { $0.name.isSame(ignoringCase: name) }
            if value.isNull {
                if header != nil { found.append("header \(name) is there") }
            } else {
                checkJSON(&found, "header \(name)", value, header.map { .string($0.value) })
            }
        }
        if let at = wanted["at"]?.stringValue { checkSpan(&found, "at", at, got.at) }
        if let between = wanted["atBetween"]?.arrayValue, between.count == 2, let low = between[0].stringValue,
            let high = between[1].stringValue
        {
            let bounds = [low, high].map { ((ISODuration($0)?.applied(to: one.start) ?? one.start) - one.start).ticks }
            if got.at.ticks < bounds[0] || got.at.ticks > bounds[1] {
                found.append("at \(got.at.text) is not between \(low) and \(high)")
            }
        }
        return found
    }

    private func compareCallers(_ found: inout [String]) {
        if let response = expected["response"] { compareCaller(&found, "response", response, world.callers.first) }
        for (index, wanted) in (expected["callers"]?.arrayValue ?? []).enumerated() {
            compareCaller(
                &found,
                "caller \(index)",
                wanted,
                world.callers.indices.contains(index) ? world.callers[index] : nil
            )
        }
    }

    private func compareCaller(_ found: inout [String], _ what: String, _ wanted: JSON, _ got: CaseCaller?) {
        if let status = wanted["status"]?.integerValue {
            check(&found, "\(what) status", Int(status), got?.status ?? 0)
        }
        if let body = wanted["body"] { checkJSON(&found, "\(what) body", body, got?.body) }
        if let code = wanted["error"]?["code"] {
            checkJSON(&found, "\(what) error", code, got?.body?["error"]?["code"])
        }
        if let polled = wanted["polled"] { checkJSON(&found, "\(what) polled", ["$partial": polled], got?.polled) }
        for (name, value) in wanted["headers"]?.objectValue ?? JSONObject() {
            let header = got?.headers[ignoringCase: name]
            if value.isNull {
                if header != nil { found.append("\(what): header \(name) is there") }
            } else {
                checkJSON(&found, "\(what) header \(name)", value, header)
            }
        }
    }
}

/// Expected values of the tables: JSON, with a few forms that match more than one value.
enum ExpectedValue {
    static func matches(_ wanted: JSON, _ got: JSON?) -> Bool {
        if wanted["$any"] != nil { return got.map { !$0.isNull } ?? false }
        if let part = wanted["$contains"]?.stringValue {
            return got?.stringValue?.lowercased().contains(part.lowercased()) ?? false
        }
        if let partial = wanted["$partial"]?.objectValue {
            return partial.allSatisfy { name, value in matches(value, got?[ignoringCase: name]) }
        }
        if wanted.stringValue == "<callbackUrl>" { return got?.stringValue?.hasPrefix("https://") ?? false }
        guard let got else { return wanted.isNull }
        switch (wanted, got) {
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { matches($0, $1) }
        case (.object(let left), .object(let right)):
            return left.count == right.count
                && left.allSatisfy { name, value in right[name].map { matches(value, $0) } ?? false }
        default:
            return wanted == got
        }
    }
}
