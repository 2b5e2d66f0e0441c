internal import JSONTree

/// The properties that an action or trigger of a type cannot be without (sections 5 and 6).
///
/// A path names members below each other; an entry with several paths is met by any of them. Where `inputs` or a member
/// on the way is a template as a whole, nothing can be said before a run.
enum RequiredProperties {
    typealias Entry = [[String]]

    static func entries(for type: ActionType) -> [Entry] {
        switch type {
        case .http: [[["inputs", "method"]], [["inputs", "uri"]]]
        case .httpWebhook: [[["inputs", "subscribe", "method"]], [["inputs", "subscribe", "uri"]]]
        case .apiConnection:
            [
                [["inputs", "host", "connection"], ["inputs", "host", "connectionName"]], [["inputs", "method"]],
                [["inputs", "path"]],
            ]
        case .apiConnectionWebhook:
            [[["inputs", "host", "connection"], ["inputs", "host", "connectionName"]], [["inputs", "path"]]]
        case .openAPIConnection, .openAPIConnectionWebhook: [[["inputs", "host"]]]
        case .serviceProvider: [[["inputs", "serviceProviderConfiguration"]]]
        case .apiManagement: [[["inputs", "api", "id"], ["inputs", "apiManagement"]]]
        case .function: [[["inputs", "function"]]]
        case .workflow: [[["inputs", "host", "workflow", "id"]]]
        case .sendToBatch:
            [[["inputs", "batchName"]], [["inputs", "content"]], [["inputs", "host", "workflow", "id"]]]
        case .response: [[["inputs", "statusCode"]]]
        case .compose: [[["inputs"]]]
        case .parseJSON: [[["inputs", "content"]]]
        case .query: [[["inputs", "from"]], [["inputs", "where"]]]
        case .select: [[["inputs", "from"]], [["inputs", "select"]]]
        case .table: [[["inputs", "from"]], [["inputs", "format"]]]
        case .join: [[["inputs", "from"]], [["inputs", "joinWith"]]]
        case .initializeVariable: [[["inputs", "variables"]]]
        case .setVariable, .appendToArrayVariable, .appendToStringVariable:
            [[["inputs", "name"]], [["inputs", "value"]]]
        case .incrementVariable, .decrementVariable: [[["inputs", "name"]]]
        case .wait: [[["inputs", "interval"], ["inputs", "until"]]]
        case .terminate: [[["inputs", "runStatus"]]]
        case .condition: [[["expression"]]]
        case .switch: [[["expression"]], [["cases"]]]
        case .foreach: [[["foreach"]], [["actions"]]]
        case .until: [[["expression"]], [["actions"]]]
        case .scope: [[["actions"]]]
        case .javaScriptCode: [[["inputs", "code"]]]
        case .expression: [[["kind"]]]
        default: []
        }
    }

    static func entries(for type: TriggerType) -> [Entry] {
        switch type {
        case .http: [[["inputs", "method"]], [["inputs", "uri"]]]
        case .httpWebhook: [[["inputs", "subscribe", "method"]], [["inputs", "subscribe", "uri"]]]
        case .apiConnection, .apiConnectionWebhook: [[["inputs", "host"]], [["inputs", "path"]]]
        case .batch: [[["inputs", "configurations"]]]
        default: []
        }
    }

    /// Whether the value has one of the paths, or cannot be judged before a run.
    static func isMet(_ entry: Entry, by json: JSON) -> Bool {
        entry.contains { path in
            var value = json
            for (index, name) in path.enumerated() {
                if index > 0, let text = value.stringValue, text.hasPrefix("@") {
                    return true
                }
                guard let next = value[ignoringCase: name] else {
                    return false
                }
                value = next
            }
            return true
        }
    }

    /// The path as the error text names it.
    static func name(_ entry: Entry) -> String {
        entry.map { path in
            (path.first == "inputs" && path.count > 1 ? Array(path.dropFirst()) : path).joined(separator: ".")
        }.joined(separator: "' or '")
    }
}

extension DefinitionCompiler {
    mutating func checkRequired(_ action: ActionDraft) {
        for entry in RequiredProperties.entries(for: action.type)
        where !RequiredProperties.isMet(entry, by: action.json) {
            refuseMissing(RequiredProperties.name(entry), of: action.owner, word: action.type.word)
        }
        checkWords(action)
    }

    mutating func checkRequired(_ trigger: TriggerDraft) {
        for entry in RequiredProperties.entries(for: trigger.type)
        where !RequiredProperties.isMet(entry, by: trigger.json) {
            refuseMissing(RequiredProperties.name(entry), of: trigger.owner, word: trigger.type.word)
        }
    }

    private mutating func refuseMissing(_ name: String, of owner: Owner, word: String) {
        reporter.refuse(
            owner,
            "The required property '\(name)' of the \(owner.noun) of type '\(word)' is missing.",
            remedy: "Add '\(name)'."
        )
    }

    /// Checks literal values that must be one of a few words.
    private mutating func checkWords(_ action: ActionDraft) {
        guard let inputs = action.rawInputs else {
            return
        }
        switch action.type {
        case .terminate:
            checkWord(inputs[ignoringCase: "runStatus"], "runStatus", ["Succeeded", "Failed", "Cancelled"], action)
            if inputs[ignoringCase: "runError"] != nil,
                let status = inputs[ignoringCase: "runStatus"]?.stringValue,
                !status.hasPrefix("@"), status.lowercased() != "failed"
            {
                reporter.warn(
                    DiagnosticCode.suspicious,
                    "The action '\(action.name)' has a 'runError' but ends the run as '\(status)', so that it is not shown.",
                    remedy: "Set 'runStatus' to Failed or remove 'runError'.",
                    at: action.pointer
                )
            }
        case .table: checkWord(inputs[ignoringCase: "format"], "format", ["CSV", "HTML"], action)
        case .wait:
            let units = ["Second", "Minute", "Hour", "Day", "Week", "Month"]
            checkWord(inputs[ignoringCase: "interval"]?[ignoringCase: "unit"], "unit", units, action)
        case .response: checkStatusCode(inputs[ignoringCase: "statusCode"], action)
        default: return
        }
    }

    private mutating func checkWord(_ json: JSON?, _ name: String, _ words: [String], _ action: ActionDraft) {
        guard let json, let value = evaluateWithParameters(json) else {
            return
        }
        guard let text = value.stringValue, words.contains(where: { $0.lowercased() == text.lowercased() }) else {
            reporter.refuse(
                action.owner,
                "The value '\(value.stringValue ?? value.text)' of the property '\(name)' is not valid.",
                remedy: "Use one of \(words.joined(separator: ", "))."
            )
            return
        }
    }

    private mutating func checkStatusCode(_ json: JSON?, _ action: ActionDraft) {
        guard let value = json.flatMap({ evaluateWithParameters($0) }) else {
            return
        }
        let code = value.integerValue ?? value.stringValue.flatMap { Int64($0.trimmingSpaces) }
        guard let code, (200...299).contains(code) || (400...599).contains(code) else {
            reporter.refuse(
                action.owner,
                "The value '\(value.stringValue ?? value.text)' of the property 'statusCode' is not valid.",
                remedy: "Use a status of the 200s, 400s or 500s."
            )
            return
        }
    }
}
