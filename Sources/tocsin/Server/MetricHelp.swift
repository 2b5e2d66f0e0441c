import Signals

/// What the figures of a server mean, a line each, as `/metrics` shows it.
enum MetricHelp {
    /// The settings of a server's metrics.
    static var configuration: PrometheusMetrics.Configuration {
        var configuration = PrometheusMetrics.Configuration()
        configuration.help = texts
        return configuration
    }

    private static let texts: [String: String] = [
        "tocsin_http_request_seconds": "Requests by method, route and status, with the time to answer.",
        "tocsin_action_call_seconds": "Calls of actions by type and outcome, with their time.",
        "tocsin_store_commit_seconds": "The sync of a commit.",
        "tocsin_store_wait_seconds": "The longest that a submission of a commit waited, sync included.",
        "tocsin_store_checkpoint_seconds": "Moving the log into the database.",
        "tocsin_store_commit_submissions": "How many submissions share a commit.",
        "tocsin_store_commits_total": "Commits.",
        "tocsin_store_rows_total": "Rows that commits wrote.",
        "tocsin_store_queue_depth": "Submissions that wait, by lane.",
        "tocsin_store_refusals_total": "Submissions that were refused because too many wait, by lane.",
        "tocsin_store_submission_failures_total": "Submissions that failed, by a full disk for instance.",
        "tocsin_journal_rows_total": "Rows that runs have written.",
        "tocsin_journal_bytes_total": "Bytes that runs have written, without large values.",
        "tocsin_journal_body_bytes_total": "Bytes of values over 64 KiB.",
        "tocsin_journal_checkpoint_bytes_total": "Bytes of checkpoints of long runs.",
        "tocsin_runs_started_total": "Runs that have begun.",
        "tocsin_runs_ended_total": "Runs that have ended.",
        "tocsin_runs_open": "Open runs.",
        "tocsin_runs_open_oldest_age_seconds": "The age of the oldest open run.",
        "tocsin_runs_waiting": "Runs that wait for others of their trigger.",
        "tocsin_runs_waiting_oldest_age_seconds": "The age of the oldest run that waits.",
        "tocsin_runs_outcome_unknown": "Runs with a call of which nobody can say whether it happened.",
        "tocsin_runs_outcome_unknown_oldest_age_seconds": "The age of the oldest run with such a call.",
        "tocsin_runs_quarantined": "Runs kept from running because they ended the process twice.",
        "tocsin_duties_open": "Subscriptions that are still to be ended for runs.",
        "tocsin_timers_stored": "Timers in the store.",
        "tocsin_timers_overdue_seconds": "How long the earliest timer is overdue.",
    ]
}
