public import Playbooks

/// Trigger concurrency (section 5.11): how many runs may work, how many may wait, when callers are refused.
public enum TriggerGate {
    /// What becomes of runs that a firing wants to start.
    public enum Decision: Sendable, Hashable {
        /// So many begin at once, the rest wait.
        case admit(immediately: Int)
        /// None starts: the queue is full.
        case refuse
    }

    /// Decides about runs that want to start.
    ///
    /// `active`: runs of the trigger that work now.
    /// `waiting`: runs of the trigger that wait.
    /// `starting`: runs that want to start.
    public static func admit(_ trigger: TriggerNode, active: Int, waiting: Int, starting: Int) -> Decision {
        guard let maximum = trigger.maximumRuns, let queue = trigger.maximumWaitingRuns else {
            return .admit(immediately: starting)
        }
        let free = waiting > 0 ? 0 : max(0, maximum - active)
        let immediately = min(free, starting)
        guard waiting + starting - immediately <= queue else { return .refuse }
        return .admit(immediately: immediately)
    }
}
