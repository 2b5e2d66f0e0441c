import JSONTree
import Logging
import Moments
import Playbooks
import Signals
import Stores

extension SubscriptionRow {
    /// Whether it was asked for, and nobody noted what came of it: the process ended before.
    var isUnanswered: Bool { isSent && answer == nil && code == nil }
}

/// Subscriptions whose answer was lost: the other side may have made them, and may call for them.
extension TriggerScheduler {
    /// Ends what the other side may have made as well as can be, and wants another one with an address of its own.
    ///
    /// Once that is there, calls at the address of the lost one are refused, so that no event starts a run twice.
    ///
    /// - Parameters:
    ///   - row: The subscription.
    ///   - trigger: Its trigger.
    ///   - error: Why there was no answer; nil: the process ended meanwhile.
    ///   - retry: When the next one is made; nil with an error: the policy is used up, and it is made after the long pause.
    /// - Throws: `StoreError`.
    func replaceOrphan(
        _ row: SubscriptionRow,
        _ trigger: TriggerNode,
        after error: RunError? = nil,
        retry: TimeSpan? = nil
    ) async throws {
        let now = clock.now
        let code = "OutcomeUnknown"
        let told = RunError(
            code,
            "Whether the service has made the subscription of trigger '\(trigger.name)' is not known: "
                + (error.map { "\($0.message)" } ?? "the server stopped before the answer came.")
                + " Another one is made, and calls for this one are refused from then on."
        )
        let due = now + (error == nil ? .zero : retry ?? limits.subscriptionPause)
        let attempt = error == nil ? row.attempt : retry == nil ? 0 : row.attempt + 1
        let entry = TriggerHistoryEntry(
            name: names.next(at: now),
            trigger: trigger.name,
            status: .failed,
            code: code,
            error: told,
            start: now,
            end: now
        )
        let (id, key) = (row.id, row.key)
        try await store.commit(.intake) { transaction in
            // One that is not wanted any more is ended anyway.
            guard var orphan = try SubscriptionRow.find(id, in: transaction), orphan.state == .wanted else { return }
            var next = SubscriptionRow(
                key: key,
                version: orphan.version,
                definition: orphan.definition,
                address: orphan.address,
                now: now
            )
            next.attempt = attempt
            next.due = due
            if error != nil {
                next.code = code
                next.error = told
            }
            orphan.end(at: now)
            try orphan.write(to: transaction)
            try next.write(to: transaction)
            try HistoryRow(key: key, entry: entry).write(to: transaction)
            guard var state = try TriggerRow.find(key, in: transaction) else { return }
            state.note(.failed, code: code, error: told, at: now)
            try state.write(to: transaction)
        }
        bell.ring()
        logger.warning(
            "The answer to a trigger's subscription was lost; it is made anew, and calls for the lost one are refused then.",
            metadata: [LogKeys.workflow: "\(key.workflow)", LogKeys.trigger: "\(trigger.name)"]
        )
    }

    /// Whether a call is for a subscription that another one has replaced.
    ///
    /// While the new one is not there yet, calls for the lost one are taken: no event is to be missed.
    func isReplaced(_ token: String, of key: TriggerKey) async throws -> Bool {
        let rows = try await store.read { try SubscriptionRow.all(of: key, in: $0) }
        guard rows.contains(where: { $0.state == .active }) else { return false }
        for row in rows where row.state != .ending || row.answer != nil {
            // What cannot be read any more is given the benefit of the doubt.
            guard let detail = row.detail, let text = try? seal.open(detail),
                let url = try JSON.parse(text)["url"]?.stringValue
            else { return false }
            if SubscriptionToken.isNamed(token, in: url) { return false }
        }
        return true
    }
}
