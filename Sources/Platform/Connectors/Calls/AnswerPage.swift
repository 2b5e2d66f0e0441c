public import JSONTree
public import Moments

/// A page of this server on which a person answers what a playbook asks.
public struct AnswerPage: Sendable, Hashable {
    /// The tenant of the workflow that asks.
    public var tenant: String
    /// The callback address that hears the answer.
    public var notify: String
    /// What stands at the top.
    public var title: String
    /// The text, HTML of a mail with everything active removed when it is shown; nil when there is none.
    public var message: String?
    /// What can be chosen.
    public var options: [String]
    /// An Adaptive Card whose inputs the page asks for; nil when there is none.
    public var card: JSON?
    /// What `notify` gets: a template that sees `parameters('choice')`, `parameters('fields')`, `parameters('responder')`.
    public var body: JSON
    /// What else that template sees, by name.
    public var values: JSON

    /// Makes a page.
    public init(
        tenant: String,
        notify: String,
        title: String,
        message: String? = nil,
        options: [String] = [],
        card: JSON? = nil,
        body: JSON,
        values: JSON = .null
    ) {
        self.tenant = tenant
        self.notify = notify
        self.title = title
        self.message = message
        self.options = options
        self.card = card
        self.body = body
        self.values = values
    }

    /// The most options of a page: 20.
    public static let optionLimit = 20
}

/// Makes the addresses of pages.
public protocol AnswerPages: Sendable {
    /// The address of a page, which nobody can guess; it is kept before this returns.
    ///
    /// - Parameters:
    ///   - page: The page.
    ///   - key: The key of the call that asks: the same key gives the same page.
    /// - Returns: The address.
    /// - Throws: What the store throws.
    func address(of page: AnswerPage, key: String) async throws -> String
}

extension AnswerPage {
    /// What the callback address gets when somebody has answered.
    ///
    /// - Throws: ``ConnectorError`` with `.adapterFailed`.
    public func answer(choice: String?, fields: JSON, responder: JSON, now: Timestamp) throws -> JSON {
        var context = AdapterContext(values: [:], now: now)
        for (name, value) in values.objectValue ?? JSONObject() { context.values[name] = value }
        context.values["choice"] = choice.map(JSON.string) ?? .null
        context.values["fields"] = fields
        context.values["responder"] = responder
        let template: AdapterTemplate
        do {
            template = try AdapterTemplate.compile(body)
        } catch {
            throw ConnectorError(.adapterFailed, "The answer's template cannot be read.")
        }
        return try context.evaluate(template, "respond/body")
    }
}
