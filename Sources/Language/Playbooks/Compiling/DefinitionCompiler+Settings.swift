internal import Expressions
internal import JSONTree
internal import Moments

extension DefinitionCompiler {
    /// Compiles `limit.count` and `limit.timeout`.
    mutating func readLimit(_ action: inout ActionDraft) {
        guard let member = action.json.objectValue?.member(ignoringCase: "limit"), let limit = member.value.objectValue
        else {
            return
        }
        let pointer = Pointer.child(action.pointer, member.name)
        if let count = limit.member(ignoringCase: "count"), !count.value.isNull {
            let place = Pointer.child(pointer, count.name)
            action.limitCount = setting(count.value, of: &action, at: place)
            checkCount(action, at: place)
        }
        if let timeout = limit.member(ignoringCase: "timeout"), !timeout.value.isNull {
            let place = Pointer.child(pointer, timeout.name)
            action.limitTimeout = setting(timeout.value, of: &action, at: place)
            checkTimeout(action, at: place)
        }
    }

    private mutating func setting(_ json: JSON, of action: inout ActionDraft, at pointer: String) -> Template? {
        let compiled = template(json, at: pointer, of: action.owner)
        if let compiled {
            action.placed.append(PlacedTemplate(template: compiled, pointer: pointer, place: .actionInputs))
        }
        return compiled
    }

    private mutating func checkCount(_ action: ActionDraft, at pointer: String) {
        guard action.type == .until, let value = action.limitCount.flatMap({ evaluateWithParameters($0) }) else {
            return
        }
        let number = value.integerValue ?? value.stringValue.flatMap { Int64($0.trimmingSpaces) }
        if number.map({ (1...5_000).contains($0) }) != true {
            reporter.refuse(
                action.owner,
                "The property 'limit.count' must be a whole number from 1 to 5000.",
                remedy: "Give a count from 1 to 5000.",
                at: pointer
            )
        }
    }

    private mutating func checkTimeout(_ action: ActionDraft, at pointer: String) {
        guard let value = action.limitTimeout.flatMap({ evaluateWithParameters($0) }) else {
            return
        }
        if value.stringValue.flatMap({ Durations.span($0) }) == nil {
            reporter.refuse(
                action.owner,
                "The property 'limit.timeout' must be an ISO 8601 duration.",
                remedy: "Give a duration such as PT1H.",
                at: pointer
            )
        }
    }

    /// Compiles `trackedProperties` (section 11.3).
    mutating func readTrackedProperties(_ action: inout ActionDraft) {
        guard let member = action.json.objectValue?.member(ignoringCase: "trackedProperties"), !member.value.isNull
        else {
            return
        }
        let pointer = Pointer.child(action.pointer, member.name)
        guard member.value.objectValue != nil else {
            refuseTracked(action, "must be an object", "Write it as a dictionary of names to values.", at: pointer)
            return
        }
        if member.value.text.utf16.count > options.limits.trackedProperties {
            let limit = options.limits.trackedProperties
            refuseTracked(action, "must not have more than \(limit) characters", "Track less.", at: pointer)
        }
        if action.runtime.securesInputs || action.runtime.securesOutputs {
            let remedy = "Remove 'trackedProperties' or 'secureData'; tracked properties are shown in clear."
            refuseTracked(action, "cannot be used on an action with secured inputs or outputs", remedy, at: pointer)
        }
        action.trackedProperties = template(member.value, at: pointer, of: action.owner)
        if let compiled = action.trackedProperties {
            action.placed.append(PlacedTemplate(template: compiled, pointer: pointer, place: .trackedProperties))
        }
    }

    private mutating func refuseTracked(_ action: ActionDraft, _ what: String, _ remedy: String, at pointer: String) {
        reporter.refuse(action.owner, "The property 'trackedProperties' \(what).", remedy: remedy, at: pointer)
    }
}

/// Durations as definitions write them: ISO 8601, in old definitions also .NET time spans (section 2.9).
enum Durations {
    /// The length of a duration; nil when it is none or negative.
    static func span(_ text: String) -> TimeSpan? {
        let trimmed = text.trimmingSpaces
        let span = ISODuration(trimmed)?.nominalSpan ?? TimeSpan(trimmed)
        return span.flatMap { $0.ticks >= 0 ? $0 : nil }
    }
}
