import JSONTree
import Moments
import Playbooks

extension TriggerScheduler {
    /// An evaluation of a trigger, with what it led to.
    struct Evaluation: Sendable {
        /// The trigger, its row as it is to be kept.
        var work: Work
        /// The name of the entry.
        var name: String
        /// What it came to.
        var outcome: TriggerOutcome
        /// When it began.
        var start: Timestamp
        /// Its nominal time.
        var scheduled: Timestamp?
        /// The code of the entry when it is none of a failure, such as `OK`.
        var code: String?
        /// The evaluated inputs, without credentials.
        var inputs: JSON?
        /// Whether the content is secret, so that it waits sealed.
        var isSecret = false
        /// How the address of the next poll was moved.
        var rewind: StoredFiring.Rewind?
        /// Whether the trigger's row is written with it.
        var keepsRow = true
    }

    /// The entry of an evaluation, with what the history hides left out.
    func entry(_ evaluation: Evaluation, end: Timestamp) -> TriggerHistoryEntry {
        let trigger = evaluation.work.trigger
        let outcome = evaluation.outcome
        // The content of a single run is the run's own.
        let isKept = outcome.origins.count != 1
        return TriggerHistoryEntry(
            name: evaluation.name,
            trigger: trigger.name,
            status: outcome.status,
            code: outcome.status == .skipped ? evaluation.code : outcome.code ?? evaluation.code,
            error: outcome.error,
            start: evaluation.start,
            end: end,
            scheduled: evaluation.scheduled,
            clientTrackingID: outcome.origins.count == 1 ? outcome.origins.first?.clientTrackingID : nil,
            inputs: evaluation.inputs.flatMap { isKept ? $0 : Optional<JSON>.none }.map {
                shown($0, isHidden: trigger.hidesInputs, "inputs")
            },
            outputs: isKept ? shown(outcome.outputs, isHidden: trigger.hidesOutputs, "outputs") : Optional<JSON>.none
        )
    }

    /// Content as the history keeps it: hidden where it is secured, left out where it is too large.
    private func shown(_ content: JSON, isHidden: Bool, _ part: String) -> JSON {
        if isHidden { return ["secureData": ["properties": .array([.string(part)])]] }
        let size = content.text.utf8.count
        guard size > limits.historyContentBytes else { return content }
        return [
            "contentOmitted": [
                "bytes": .integer(Int64(size)),
                "message": .string(
                    "The history keeps at most \(limits.historyContentBytes) bytes of a trigger's \(part)."
                ),
            ]
        ]
    }
}
