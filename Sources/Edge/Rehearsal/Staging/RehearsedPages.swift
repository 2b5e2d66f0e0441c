import Connectors
public import JSONTree
public import Moments
import Synchronization

/// How questions of a playbook are answered: approvals and cards that wait.
public struct RehearsedAnswers: Sendable {
    /// The chosen option by action; the first option is chosen otherwise.
    public var options: [String: String] = [:]
    /// The values of a card's inputs by action.
    public var fields: [String: JSON] = [:]
    /// How long people take.
    public var delay = TimeSpan.minutes(1)
    /// Who answers.
    public var responder: JSON = [
        "displayName": "Adele Vance", "email": "adele.vance@contoso.example",
        "userPrincipalName": "adele.vance@contoso.example", "objectId": "87d349ed-44d7-43e1-9a83-5f2406dee5bd",
        "tenantId": "11111111-2222-3333-4444-555555555555",
    ]

    /// The first option of everything, after a minute.
    public init() {}
}

/// Keeps the questions that a call asks, in place of pages.
final class RehearsedPages: AnswerPages {
    private let asked = Mutex<[AnswerPage]>([])

    func address(of page: AnswerPage, key: String) async throws -> String {
        asked.withLock { $0.append(page) }
        return "https://tocsin.example/answers/\(key.prefix(16))"
    }

    /// The question of the call that was just made; nil when it asked none.
    func take() -> AnswerPage? {
        asked.withLock { asked in
            defer { asked = [] }
            return asked.last
        }
    }

    /// What the callback address gets when somebody answers.
    ///
    /// - Throws: ``ConnectorError``.
    static func answer(_ page: AnswerPage, _ action: String, _ answers: RehearsedAnswers, now: Timestamp) throws -> JSON
    {
        let named = answers.options.first { $0.key.isSame(ignoringCase: action) }?.value
        let fields = answers.fields.first { $0.key.isSame(ignoringCase: action) }?.value
        return try page.answer(
            choice: named ?? page.options.first,
            fields: fields ?? CardInputs.values(page.card),
            responder: answers.responder,
            now: now
        )
    }
}

/// The values that the inputs of an Adaptive Card have when nobody changes them.
enum CardInputs {
    /// How deep cards are looked into: 40.
    static let depthLimit = 40

    static func values(_ card: JSON?) -> JSON {
        var values = JSONObject()
        if let card { collect(card, &values, 0) }
        return .object(values)
    }

    private static func collect(_ json: JSON, _ values: inout JSONObject, _ depth: Int) {
        guard depth < depthLimit else { return }
        if let items = json.arrayValue {
            for item in items { collect(item, &values, depth + 1) }
            return
        }
        guard let object = json.objectValue else { return }
        if let type = json["type"]?.stringValue, type.hasPrefix("Input."), let id = json["id"]?.stringValue {
            values[id] = json["value"] ?? value(type, json)
        }
        for (_, value) in object where value.arrayValue != nil || value.objectValue != nil {
            collect(value, &values, depth + 1)
        }
    }

    private static func value(_ type: String, _ json: JSON) -> JSON {
        switch type {
        case "Input.ChoiceSet": json["choices"]?[0]?["value"] ?? ""
        case "Input.Toggle": json["valueOff"] ?? "false"
        case "Input.Number": "1"
        default: ""
        }
    }
}
