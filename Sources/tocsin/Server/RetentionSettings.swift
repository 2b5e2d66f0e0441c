import Durable
import Engine
import Identity
import Logging
import Moments
import ServiceLifecycle
import Signals

/// How long a server keeps what has happened, in days.
struct RetentionSettings: Sendable, Hashable {
    /// Runs after their end, with their history: as long as Azure keeps it.
    var runDays = 90
    /// Entries of trigger histories, and keys of sendings to batches.
    var triggerHistoryDays = 90
    /// Answers of business keys.
    var businessKeyDays = 400
    /// Rows of the change feed that every consumer has passed.
    var feedDays = 7
    /// Rows of the change feed that some consumer has not passed.
    var feedAtMostDays = 90
    /// Entries of the audit record.
    var auditDays = 731

    /// What may be set: from a day to ten years.
    static let range = 1...3_650

    /// Says what does not fit together; nil when all does.
    var contradiction: (setting: Setting, message: String)? {
        if businessKeyDays < runDays {
            return (
                .businessKeyDays,
                "Business keys must be kept at least as long as runs (\(runDays) days): a key that is gone lets a resubmitted run do its operation once more."
            )
        }
        if feedAtMostDays < feedDays {
            return (.feedAtMostDays, "It must not be shorter than retention.feedDays (\(feedDays) days).")
        }
        return nil
    }

    /// Brings the times into the settings of the engine; versions of workflows outlive every run that may still be shown.
    func apply(to settings: inout EngineSettings) {
        settings.retention.runs = .days(Int64(runDays))
        settings.retention.businessKeys = .days(Int64(businessKeyDays))
        settings.retention.feed = .days(Int64(feedDays))
        settings.retention.feedAtMost = .days(Int64(feedAtMostDays))
        settings.triggers.retention = .days(Int64(triggerHistoryDays))
        settings.versionRetention = settings.runDuration + .days(Int64(max(runDays, triggerHistoryDays)) + 10)
    }
}

/// Takes entries out of the audit record once they were kept long enough.
struct AuditPruning: Service {
    let log: AuditLog
    let days: Int
    let clock: any WallClock
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await log.prune(before: clock.now - .days(Int64(days)))
                    try await Task.sleep(for: .seconds(3_600))
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning(
                        "Old entries of the audit record cannot be deleted; trying again in an hour.",
                        metadata: [LogKeys.error: "\(error)"]
                    )
                    do { try await Task.sleep(for: .seconds(3_600)) } catch { return }
                }
            }
        }
    }
}
