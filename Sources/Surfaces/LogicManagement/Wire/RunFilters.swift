import Engine
import JSONTree
import Moments
import OData

/// What the store can look for, out of a `$filter` of runs or histories; the rest is left to the filter itself.
enum RunFilters {
    /// A filter that lets at least all runs through which the `$filter` does.
    static func runs(_ filter: ODataFilter?) -> RunFilter {
        var narrowed = RunFilter()
        guard let filter else { return narrowed }
        narrowed.statuses = statuses(filter)
        narrowed.startsFrom = startsFrom(filter)
        if let triggers = filter.requiredTexts(of: "trigger"), triggers.count == 1 { narrowed.trigger = triggers[0] }
        return narrowed
    }

    /// A filter that lets at least all entries through which the `$filter` does.
    static func histories(_ filter: ODataFilter?) -> TriggerHistoryFilter {
        guard let filter else { return TriggerHistoryFilter() }
        let statuses = statuses(filter)
        return TriggerHistoryFilter(
            status: statuses?.count == 1 ? statuses?.first : nil,
            startedFrom: startsFrom(filter)
        )
    }

    /// The statuses of which a run must have one; nil when the filter does not say, or names one that no run has.
    private static func statuses(_ filter: ODataFilter) -> Set<ActionStatus>? {
        guard let words = filter.requiredTexts(of: "status") else { return nil }
        let statuses = words.compactMap { ActionStatus(word: $0) }
        return statuses.count == words.count && !statuses.isEmpty ? Set(statuses) : nil
    }

    /// The instant before which no entry can have started.
    private static func startsFrom(_ filter: ODataFilter) -> Timestamp? {
        let parts: [ODataExpression] =
            if case .and(let parts) = filter.expression { parts } else { [filter.expression] }
        return parts.compactMap(bound).max()
    }

    private static func bound(_ part: ODataExpression) -> Timestamp? {
        guard case .comparison(let comparison, .path(let path), .literal(let literal)) = part,
            comparison == .ge || comparison == .gt || comparison == .eq,
            path.description.isSame(ignoringCase: "startTime")
        else { return nil }
        switch literal {
        case .timestamp(let instant): return instant
        case .string(let text): return Timestamp(iso8601: text)
        default: return nil
        }
    }
}
