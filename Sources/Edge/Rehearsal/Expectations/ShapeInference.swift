import Connectors
import Expressions
import JSONTree
import Playbooks

/// Finds out from a definition alone which shapes its answers and its trigger's outputs must have: it follows values from
/// where they come through variables, loops and data operations to the expressions and schemas that read them.
///
/// A value is a ``ShapeNode``; where one flows into the other they are united, so that the order of actions does not matter.
final class ShapeInference {
    /// How many values of templates are looked at: 100,000.
    static let valueLimit = 100_000

    /// What an expression stands in.
    struct Scope {
        /// The value of `item()`.
        var item: ShapeNode?
        /// Whether what it asks for must come true: filters, ends of loops, conditions of triggers.
        var isWish = false
        /// Whether `triggerBody()` is what the trigger gets, before `splitOn`.
        var isRawTrigger = false
    }

    /// The operation that an action calls.
    typealias FindOperation = (ActionNode) -> (operation: OperationDescription, connector: ConnectorDefinition)?

    let definition: Definition
    private let operation: FindOperation
    private var outputs: [String: ShapeNode] = [:]
    private var variables: [String: ShapeNode] = [:]
    private var items: [String: ShapeNode] = [:]
    private let rawTrigger = ShapeNode(.object)
    private let trigger = ShapeNode(.object)
    /// Texts of which the second is what they hold as JSON; and contents of which a text with it does as well.
    private var parsed: [(text: ShapeNode, value: ShapeNode, isLenient: Bool)] = []
    /// Texts of values: what is told of the text of a plain value is told of the value.
    var texts: [(text: ShapeNode, value: ShapeNode)] = []
    private var count = 0
    private var alikes = 0

    init(_ definition: Definition, operation: @escaping FindOperation) {
        self.definition = definition
        self.operation = operation
        if !definition.triggers.contains(where: { $0.splitOn != nil }) { ShapeNode.unite(rawTrigger, trigger) }
        for action in definition.actions where action.type == .parseJSON { takeSchema(of: action) }
        for action in definition.actions where action.type == .initializeVariable { initialize(action) }
        for trigger in definition.triggers { look(at: trigger) }
        for action in definition.actions { look(at: action) }
        if let outputs = definition.json[ignoringCase: "outputs"] { _ = template(outputs, Scope()) }
        settleParsed()
        settleTexts()
    }

    /// What is expected of the body of each action, by its name in small letters.
    var bodies: [String: ExpectedShape] {
        outputs.compactMapValues { node in
            guard node.hasMember("body") else { return nil }
            let shape = node.member("body").shape()
            return shape.isTold ? shape : nil
        }
    }

    /// What is expected of the trigger's outputs.
    var triggerOutputs: ExpectedShape { rawTrigger.shape() }

    // MARK: - Values that have names

    /// The outputs of an action.
    func outputs(of name: String) -> ShapeNode {
        let key = name.lowercased()
        if let known = outputs[key] { return known }
        let node = ShapeNode()
        outputs[key] = node
        return node
    }

    /// The body of an action.
    func body(of name: String) -> ShapeNode { outputs(of: name).member("body") }

    func triggerOutputs(_ scope: Scope) -> ShapeNode { scope.isRawTrigger ? rawTrigger : trigger }

    func variable(_ name: String) -> ShapeNode {
        let key = name.lowercased()
        if let known = variables[key] { return known }
        let node = ShapeNode()
        variables[key] = node
        return node
    }

    /// The item of a loop.
    func loopItem(_ name: String) -> ShapeNode {
        let key = name.lowercased()
        if let known = items[key] { return known }
        let node = ShapeNode()
        items[key] = node
        return node
    }

    /// Notes that a text holds a value as JSON.
    func holds(_ text: ShapeNode, _ value: ShapeNode, isLenient: Bool) { parsed.append((text, value, isLenient)) }

    /// A number that nothing shares yet.
    func nextAlike() -> Int {
        alikes += 1
        return alikes
    }

    /// Counts a value that is looked at; false when there were too many.
    func counts() -> Bool {
        count += 1
        return count < Self.valueLimit
    }

    // MARK: - Actions

    private func takeSchema(of action: ActionNode) {
        guard let schema = action.rawInputs?[ignoringCase: "schema"] else { return }
        var demands = SchemaDemands()
        demands.add(Self.unescaped(schema), to: body(of: action.name))
    }

    /// The schema as it is once its template is evaluated: `@@odata.type` is `@odata.type`.
    static func unescaped(_ json: JSON, _ depth: Int = 0) -> JSON {
        func plain(_ text: String) -> String { text.hasPrefix("@@") ? String(text.dropFirst()) : text }
        guard depth < 64 else { return json }
        switch json {
        case .string(let text): return .string(plain(text))
        case .array(let items): return .array(items.map { unescaped($0, depth + 1) })
        case .object(let object):
            var result = JSONObject()
            for (name, value) in object { result[plain(name)] = unescaped(value, depth + 1) }
            return .object(result)
        default: return json
        }
    }

    private func initialize(_ action: ActionNode) {
        for variable in action.rawInputs?[ignoringCase: "variables"]?.arrayValue ?? [] {
            guard let name = variable[ignoringCase: "name"]?.stringValue else { continue }
            let node = self.variable(name)
            switch variable[ignoringCase: "type"]?.stringValue?.lowercased() {
            case "string": node.use(.text)
            case "integer": node.use(.integer)
            case "float": node.use(.number)
            case "boolean": node.use(.boolean)
            case "array": node.use(.array)
            case "object": node.use(.object)
            default: break
            }
        }
    }

    private func look(at node: TriggerNode) {
        let raw = json(at: node.pointer)
        let split = raw?[ignoringCase: "splitOn"]?.stringValue ?? ""
        if node.splitOn != nil, let list = template(.string(split), Scope(isRawTrigger: true)) {
            list.need()
            ShapeNode.unite(list.item, trigger.member("body"))
        }
        for condition in raw?[ignoringCase: "conditions"]?.arrayValue ?? [] {
            guard let expression = condition[ignoringCase: "expression"] else { continue }
            _ = value(Self.tree(ofCondition: expression), Scope(isWish: true))
        }
    }

    private func look(at action: ActionNode) {
        let raw = json(at: action.pointer) ?? .null
        let scope = Scope(item: loop(around: action).map(loopItem))
        let inputs = action.rawInputs ?? .null
        switch action.type {
        case .foreach:
            guard let list = template(raw[ignoringCase: "foreach"] ?? .null, scope) else { return }
            list.need()
            list.use(.array)
            ShapeNode.unite(list.item, loopItem(action.name))
        case .condition: _ = value(Self.tree(ofCondition: raw[ignoringCase: "expression"] ?? .null), scope)
        case .until:
            var wish = scope
            wish.isWish = true
            _ = value(Self.tree(ofCondition: raw[ignoringCase: "expression"] ?? .null), wish)
        case .switch: _ = template(raw[ignoringCase: "expression"] ?? .null, scope)
        case .compose:
            if let node = template(inputs, scope) { ShapeNode.unite(outputs(of: action.name), node) }
        case .parseJSON:
            guard let content = template(inputs[ignoringCase: "content"] ?? .null, scope) else { return }
            content.need()
            holds(content, body(of: action.name), isLenient: true)
        case .query, .select, .table, .join: lookAtData(action, inputs, scope)
        case .initializeVariable, .setVariable, .appendToArrayVariable, .appendToStringVariable, .incrementVariable,
            .decrementVariable:
            lookAtVariables(action, inputs, scope)
        case .scope: return
        default:
            _ = template(inputs, scope)
            lookAtRequest(action, inputs, scope)
        }
    }

    private func lookAtData(_ action: ActionNode, _ inputs: JSON, _ scope: Scope) {
        let list = template(inputs[ignoringCase: "from"] ?? .null, scope) ?? ShapeNode()
        list.need()
        list.use(.array)
        var inner = scope
        inner.item = list.item
        let body = body(of: action.name)
        switch action.type {
        case .query:
            inner.isWish = true
            _ = value(Self.tree(ofCondition: inputs[ignoringCase: "where"] ?? .null), inner)
            ShapeNode.unite(body.item, list.item)
        case .select:
            if let made = template(inputs[ignoringCase: "select"] ?? .null, inner) { ShapeNode.unite(body.item, made) }
        case .table:
            list.item.use(.object)
            _ = template(inputs[ignoringCase: "columns"] ?? .null, inner)
        default: _ = template(inputs[ignoringCase: "joinWith"] ?? .null, scope)
        }
    }

    private func lookAtVariables(_ action: ActionNode, _ inputs: JSON, _ scope: Scope) {
        for entry in inputs[ignoringCase: "variables"]?.arrayValue ?? [inputs] {
            guard let name = entry[ignoringCase: "name"]?.stringValue,
                let made = template(entry[ignoringCase: "value"] ?? .null, scope)
            else { continue }
            switch action.type {
            case .appendToArrayVariable: ShapeNode.unite(variable(name).item, made)
            case .appendToStringVariable: continue
            case .incrementVariable, .decrementVariable:
                made.need()
                made.use(.integer)
            default:
                // A variable that has a type takes no null of another.
                if variable(name).facts.used.contains(where: { $0 == .array || $0 == .integer || $0 == .boolean }) {
                    made.need()
                }
                ShapeNode.unite(variable(name), made)
            }
        }
    }

    /// What the service wants to be sent is wanted of the values that are put there.
    private func lookAtRequest(_ action: ActionNode, _ inputs: JSON, _ scope: Scope) {
        guard let (operation, connector) = operation(action) else { return }
        for parameter in operation.parameters {
            guard let schema = parameter.schema else { continue }
            let given: JSON? =
                switch parameter.place {
                case .body: inputs[ignoringCase: "body"]
                case .query: inputs[ignoringCase: "queries"]?[ignoringCase: parameter.name]
                default: nil
                }
            guard let given, !given.isNull else { continue }
            want(schema, of: given, connector, scope, isRequired: parameter.isRequired)
        }
    }

    private func want(
        _ unresolved: JSON,
        of given: JSON,
        _ connector: ConnectorDefinition,
        _ scope: Scope,
        isRequired: Bool,
        depth: Int = 0
    ) {
        guard depth < ShapeNode.depthLimit, counts() else { return }
        let schema = connector.resolved(unresolved)
        switch given {
        case .string(let text):
            guard case .expression? = TextTree.read(text), let node = template(given, scope) else { return }
            if isRequired { node.need() }
            var demands = SchemaDemands(resolve: connector.resolved)
            demands.add(schema, to: node, isRequest: true)
        case .object(let object):
            let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
            for (name, value) in object {
                guard let inner = schema["properties"]?[ignoringCase: name] else { continue }
                want(inner, of: value, connector, scope, isRequired: required.contains(name), depth: depth + 1)
            }
        case .array(let values):
            guard let inner = schema["items"] else { return }
            for value in values { want(inner, of: value, connector, scope, isRequired: true, depth: depth + 1) }
        default: return
        }
    }

    // MARK: - In the end

    /// Puts what texts hold where it belongs: texts that are certainly none get it as what they hold, others are it.
    private func settleParsed() {
        for isLenient in [false, true] {
            for entry in parsed where entry.isLenient == isLenient {
                entry.text.source?.need()
                if let source = entry.text.source, !source.isText {
                    ShapeNode.unite(source, entry.value)
                } else if !isLenient || (entry.text.source ?? entry.text).isText {
                    let text = entry.text.source ?? entry.text
                    text.use(.text)
                    ShapeNode.unite(text.content, entry.value)
                } else {
                    ShapeNode.unite(entry.text, entry.value)
                    entry.text.facts.isLenient = true
                }
            }
        }
    }

    private func settleTexts() {
        for (text, value) in texts where !value.hasParts && !text.hasParts { ShapeNode.unite(value, text) }
    }

    private func loop(around action: ActionNode) -> String? {
        action.loops.last { definition[$0].type == .foreach }.map { definition[$0].name }
    }

    private func json(at pointer: String) -> JSON? {
        var current: JSON? = definition.json
        for part in pointer.split(separator: "/") {
            current = current?[String(part).replacing("~1", with: "/").replacing("~0", with: "~")]
        }
        return current
    }
}
