import Connectors
import Content
import JSONTree
import Serving

/// What somebody has sent with the form of a page.
struct AnswerForm {
    /// The option, or the title of the card's action; nil when the page has neither.
    let choice: String?
    /// The inputs of the card by their ids, and what its action adds.
    let fields: JSONObject
    /// Who says to have answered: `displayName`, `email`, `userPrincipalName`, `id`.
    let responder: JSON

    /// The most bytes of a field: 65,536.
    static let fieldLimit = 65_536

    /// Reads a form.
    ///
    /// - Throws: `Problem` 400 that says what is missing or wrong.
    init(_ body: [UInt8], page: AnswerPage) throws {
        guard let sent = FormData.fields(body) else {
            throw Problem(status: 400, message: "The form has too many fields.")
        }
        func value(_ name: String) -> String? { sent.last { $0.key == name }?.value.stringValue }
        let card = page.card.map(AnswerCard.init)
        let choices = page.options.isEmpty ? card?.actions.map(\.title) ?? [] : page.options
        let chosen = value("choice")
        choice = chosen
        if !choices.isEmpty, !choices.contains(chosen ?? "") {
            throw Problem(status: 400, message: "Choose one of: \(choices.joined(separator: ", ")).")
        }
        var inputs = JSONObject()
        for input in card?.inputs ?? [] {
            let text = value("field.\(input.id)") ?? (input.kind == .toggle ? input.valueOff : "")
            guard text.utf8.count <= Self.fieldLimit else {
                throw Problem(status: 400, message: "'\(input.label)' is longer than \(Self.fieldLimit) bytes.")
            }
            if input.isRequired, text.isEmpty {
                throw Problem(status: 400, message: "'\(input.label)' needs a value.")
            }
            inputs[input.id] = .string(text)
        }
        if let action = card?.actions.first(where: { $0.title == chosen }) {
            for (name, value) in action.data.objectValue ?? JSONObject() {
                if inputs[name] == nil { inputs[name] = value }
            }
        }
        fields = inputs
        let name = String((value("responder.name") ?? "").prefix(200))
        let email = String((value("responder.email") ?? "").prefix(320))
        responder = [
            "id": .string(email), "displayName": .string(name.isEmpty ? email : name), "email": .string(email),
            "userPrincipalName": .string(email),
        ]
    }
}
