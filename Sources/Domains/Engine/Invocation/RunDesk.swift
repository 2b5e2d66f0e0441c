import Durable
import Logging
import Signals
import Synchronization

/// Hears what runs say and when they end: tells those who wait, and lets waiting runs work.
final class RunDesk: RunObserver {
    typealias M = WorkflowMachine

    let callers = WaitingCallers()
    let gates: RunGates
    private let logger = Logger(label: "tocsin.runs")
    private let driver = Mutex<Driver<WorkflowMachine>?>(nil)

    init(gates: RunGates) {
        self.gates = gates
    }

    /// Gives it the driver, which is made after it.
    func bind(_ driver: Driver<WorkflowMachine>) {
        self.driver.withLock { $0 = driver }
    }

    func published(_ publication: RunPublication, by run: RunHeader) {
        switch publication {
        case .responded(let content): callers.answer(run.number, .responded(content))
        case .ended(_, let hasResponded) where !hasResponded: callers.answer(run.number, .ended)
        case .ended: break
        }
    }

    func closed(_ run: RunHeader, group: String, summary: RunSummary) {
        leave(run, group: group)
        logger.log(
            level: summary.status == "Succeeded" ? .debug : .info,
            "A run has ended.",
            metadata: [
                LogKeys.tenant: "\(run.tenant)", LogKeys.workflow: "\(run.scope)", LogKeys.run: "\(run.name)",
                LogKeys.trigger: "\(group)", LogKeys.status: "\(summary.status)",
            ]
        )
    }

    func stuck(_ run: RunNumber, error: DurableError) {
        callers.answer(run, .ended)
    }

    /// A run is over, or was not started after all.
    func leave(_ run: RunHeader, group: String) {
        let admitted = gates.leave(RunGates.Name(workflow: run.scope, trigger: group), run.number)
        admit(admitted)
    }

    func admit(_ runs: [RunNumber]) {
        guard !runs.isEmpty, let driver = driver.withLock({ $0 }) else { return }
        for run in runs { driver.post(.admit, to: run) }
    }
}
