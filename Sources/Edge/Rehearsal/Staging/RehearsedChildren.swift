import Connectors
import Engine
import JSONTree
import Moments
import Playbooks

/// Other workflows: one that is given is rehearsed, too, with stand-ins of its own services; of others it is written down what
/// they are called with, and they answer what the playbook reads.
struct RehearsedChildren: ChildWorkflows {
    /// How deep workflows call each other: 8.
    static let depthLimit = 8

    let recorder: CallRecorder
    let shapes: ExpectedShapes
    let stage: RehearsalStage
    /// Rehearses a workflow that is given, and blocks meanwhile; nil when none has the name.
    let rehearse: @Sendable (String, ChildCall) -> RehearsedChild?

    func call(_ call: ChildCall) async -> EffectOutcome {
        let name = call.workflow.split(separator: "/").last.map(String.init) ?? call.workflow
        let number = recorder.add(
            method: "workflow",
            url: "workflow:\(name)" + (call.trigger.map { "/\($0)" } ?? ""),
            body: call.body,
            connector: nil,
            operation: nil
        )
        let action = recorder.action
        let leave = recorder.enter()
        let start = stage.clock.now
        let child = await OwnThread.run { [rehearse] in rehearse(name, call) }
        stage.clock.set(start)
        leave()
        _ = stage.takeWaited()
        guard let child else { return unknown(action, number) }
        if let after = child.after { await wait(after) }
        guard case .answered(let answer) = child.outcome else {
            recorder.answered(number, status: nil, origin: "rehearsed")
            return child.outcome
        }
        recorder.answered(number, status: answer.status, origin: "rehearsed")
        return child.outcome
    }

    private func wait(_ span: TimeSpan) async {
        do {
            try await stage.pause(.nanoseconds(span.ticks * 100))
        } catch {
            return
        }
    }

    /// Nobody has the workflow: it answers what is read of its answer, else that it has begun.
    private func unknown(_ action: String, _ number: Int?) -> EffectOutcome {
        guard let shape = shapes.body(of: action) else {
            recorder.answered(number, status: 202, origin: "unmatched")
            return .answered(.init(status: 202, headers: .object(JSONObject()), body: nil))
        }
        recorder.answered(number, status: 200, origin: "unmatched")
        var value = ShapedValue(seed: action, now: stage.clock.now)
        let body = value.value(nil, shape, schema: nil, name: action)
        return .answered(.init(status: 200, headers: .object(JSONObject()), body: body))
    }
}

/// What came of the rehearsal of a child workflow.
struct RehearsedChild: Sendable {
    var outcome: EffectOutcome
    /// How long it took to answer; nil: at once.
    var after: TimeSpan?

    /// Lets a workflow run as its parent calls it; blocks.
    ///
    /// - Parameters:
    ///   - run: The prepared run of the child.
    ///   - definition: Its definition.
    ///   - call: What it is called with.
    ///   - start: The instant of the call.
    /// - Returns: What its caller gets: its Response, 202 when it has none, 502 when it ends without reaching one.
    static func play(
        _ run: RehearsedRun,
        _ definition: Definition,
        _ call: ChildCall,
        at start: Timestamp
    ) -> RehearsedChild {
        let name = call.workflow.split(separator: "/").last.map(String.init) ?? call.workflow
        let wanted =
            call.trigger.flatMap(definition.trigger(named:)) ?? definition.triggers.first { $0.type == .request }
        guard let trigger = wanted else {
            return refused("NestedWorkflowInvalidTrigger", "The workflow '\(name)' has no Request trigger.")
        }
        do throws(RehearsalError) {
            let record = try run.fire(trigger: trigger.name, payload: call.body)
            guard definition.hasResponse else {
                return RehearsedChild(outcome: .answered(.init(status: 202, headers: [:], body: nil)))
            }
            if let (content, instant) = run.response {
                return RehearsedChild(
                    outcome: .answered(.init(status: content.status, headers: content.headers, body: content.body)),
                    after: instant - start
                )
            }
            let body: JSON = [
                "error": ["code": "NoResponse", "message": .string("The child workflow '\(name)' \(reason(record))")]
            ]
            return RehearsedChild(outcome: .answered(.init(status: 502, headers: [:], body: body)))
        } catch {
            return refused(error.code, error.message)
        }
    }

    static func refused(_ code: String, _ message: String) -> RehearsedChild {
        RehearsedChild(outcome: .refused(RunError(code, message), code: "BadRequest"))
    }

    /// Why a run gave no Response.
    private static func reason(_ record: RunRecord) -> String {
        let failed = record.json["actions"]?.arrayValue?.first { $0["status"]?.stringValue == "Failed" }
        let why = failed.map { action in
            ": '\(action["name"]?.stringValue ?? "")' \(action["error"]?["message"]?.stringValue ?? "failed")"
        }
        return "ended \(record.status) without a Response\(why ?? ".")"
    }
}
