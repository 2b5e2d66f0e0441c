internal import Expressions
internal import JSONTree

extension JSON {
    /// Inputs without the `authentication` that cloud flows write into every call: the connection has its own.
    ///
    /// It is not evaluated, as it reads what only Power Platform hands over, and hides nothing.
    var withoutAuthentication: JSON {
        objectValue?.member(ignoringCase: "authentication").map { removing($0.name) } ?? self
    }
}

extension DefinitionCompiler {
    /// Compiles `inputs`, apart from the parts that are evaluated at another time.
    mutating func readInputs(_ action: inout ActionDraft) {
        guard let member = action.json.objectValue?.member(ignoringCase: "inputs") else {
            return
        }
        let pointer = Pointer.child(action.pointer, member.name)
        action.rawInputs = member.value
        var inputs = member.value
        if action.type.hasOwnConnection { inputs = inputs.withoutAuthentication }
        takePerItem(&inputs, from: &action, at: pointer)
        takeUnsubscribe(&inputs, from: &action, at: pointer)
        action.inputs = template(inputs, at: pointer, of: action.owner)
        if let compiled = action.inputs {
            let place = action.type.isWebhook ? PlacedTemplate.Place.webhookSubscribe : .actionInputs
            action.placed.append(PlacedTemplate(template: compiled, pointer: pointer, place: place))
        }
        if action.type.callsOut {
            let subscribe = action.type == .httpWebhook ? member.value[ignoringCase: "subscribe"] : nil
            action.retryPolicy = retryPolicy(in: subscribe ?? member.value, at: pointer, of: action.owner)
        }
    }

    /// Takes the per-item templates out of the inputs of a data operation.
    private mutating func takePerItem(_ inputs: inout JSON, from action: inout ActionDraft, at pointer: String) {
        let name: String
        switch action.type {
        case .query: name = "where"
        case .select: name = "select"
        case .table: name = "columns"
        default: return
        }
        guard let member = inputs.objectValue?.member(ignoringCase: name) else {
            return
        }
        let place = Pointer.child(pointer, member.name)
        if action.type == .table {
            guard !member.value.isNull else {
                return
            }
            action.perItem = columns(member.value, of: &action, at: place)
        } else if let compiled = perItem(member.value, of: &action, at: place) {
            action.perItem = action.type == .query ? .query(where: compiled) : .select(compiled)
        }
        inputs = inputs.removing(member.name)
    }

    private mutating func perItem(_ json: JSON, of action: inout ActionDraft, at pointer: String) -> Template? {
        let compiled = template(json, at: pointer, of: action.owner)
        if let compiled {
            action.placed.append(PlacedTemplate(template: compiled, pointer: pointer, place: .perItem))
        }
        return compiled
    }

    private mutating func columns(_ json: JSON, of action: inout ActionDraft, at pointer: String) -> PerItemTemplates? {
        guard let entries = json.arrayValue else {
            reporter.refuse(
                action.owner,
                "The property 'columns' must be an array.",
                remedy: "Write it as [ { \"header\": …, \"value\": \"@item()?['…']\" } ].",
                at: pointer
            )
            return nil
        }
        var columns: [TableColumn] = []
        for (index, entry) in entries.enumerated() {
            let place = Pointer.child(pointer, index)
            guard let object = entry.objectValue, let value = object.member(ignoringCase: "value") else {
                reporter.refuse(
                    action.owner,
                    "A column has no 'value'.",
                    remedy: "Give each column a 'value', a template over item().",
                    at: place
                )
                continue
            }
            var header: Template?
            if let member = object.member(ignoringCase: "header"), !member.value.isNull {
                header = perItem(member.value, of: &action, at: Pointer.child(place, member.name))
            }
            if let compiled = perItem(value.value, of: &action, at: Pointer.child(place, value.name)) {
                columns.append(TableColumn(header: header, value: compiled))
            }
        }
        return .table(columns)
    }

    private mutating func takeUnsubscribe(_ inputs: inout JSON, from action: inout ActionDraft, at pointer: String) {
        guard action.type == .httpWebhook, let member = inputs.objectValue?.member(ignoringCase: "unsubscribe") else {
            return
        }
        inputs = inputs.removing(member.name)
        guard !member.value.isNull else {
            return
        }
        let place = Pointer.child(pointer, member.name)
        action.unsubscribe = template(member.value, at: place, of: action.owner)
        if let compiled = action.unsubscribe {
            action.placed.append(PlacedTemplate(template: compiled, pointer: place, place: .webhookUnsubscribe))
        }
    }

    /// Compiles the conditions, selectors and collections of control actions.
    mutating func readControl(_ action: inout ActionDraft) {
        switch action.type {
        case .condition, .until: readCondition(&action)
        case .switch: readSwitch(&action)
        case .foreach: readForeach(&action)
        default: return
        }
    }

    private mutating func readCondition(_ action: inout ActionDraft) {
        guard let member = action.json.objectValue?.member(ignoringCase: "expression") else {
            return
        }
        let pointer = Pointer.child(action.pointer, member.name)
        action.expressionText = member.value.stringValue
        action.condition = condition(member.value, of: action, at: pointer)
        guard let condition = action.condition else {
            return
        }
        let place = action.type == .until ? PlacedTemplate.Place.untilExpression : .actionInputs
        for template in condition.templates {
            action.placed.append(PlacedTemplate(template: template, pointer: pointer, place: place))
        }
    }

    private mutating func readSwitch(_ action: inout ActionDraft) {
        if let member = action.json.objectValue?.member(ignoringCase: "expression") {
            let pointer = Pointer.child(action.pointer, member.name)
            action.expressionText = member.value.stringValue
            action.selector = template(member.value, at: pointer, of: action.owner)
            if let compiled = action.selector {
                action.placed.append(PlacedTemplate(template: compiled, pointer: pointer, place: .actionInputs))
            }
        }
        guard let member = action.json.objectValue?.member(ignoringCase: "cases"), let cases = member.value.objectValue
        else {
            return
        }
        let base = Pointer.child(action.pointer, member.name)
        if cases.count > options.limits.switchCases {
            reporter.refuse(
                action.owner,
                "The switch has \(cases.count) cases. The limit is \(options.limits.switchCases).",
                remedy: "Put another Switch into the default.",
                at: base
            )
            return
        }
        var seen: [JSON] = []
        for (name, json) in cases {
            let pointer = Pointer.child(base, name)
            guard let value = json.objectValue?.member(ignoringCase: "case") else {
                refuseCase(
                    action,
                    "The case '\(name)' has no 'case'.",
                    "Give it the value that it stands for.",
                    at: pointer
                )
                continue
            }
            let place = Pointer.child(pointer, value.name)
            guard let compiled = template(value.value, at: place, of: action.owner) else {
                continue
            }
            if seen.contains(value.value) {
                refuseCase(
                    action,
                    "The case value \(value.value.text) is used twice.",
                    "Case values are unique.",
                    at: place
                )
            }
            seen.append(value.value)
            action.placed.append(PlacedTemplate(template: compiled, pointer: place, place: .parametersOnly))
            action.cases.append(SwitchCase(name: name, value: compiled))
        }
    }

    private mutating func refuseCase(_ action: ActionDraft, _ inner: String, _ remedy: String, at pointer: String) {
        reporter.refuse(action.owner, inner, remedy: remedy, at: pointer)
    }

    private mutating func readForeach(_ action: inout ActionDraft) {
        if let member = action.json.objectValue?.member(ignoringCase: "foreach") {
            let pointer = Pointer.child(action.pointer, member.name)
            action.expressionText = member.value.stringValue
            action.collection = template(member.value, at: pointer, of: action.owner)
            if let compiled = action.collection {
                action.placed.append(PlacedTemplate(template: compiled, pointer: pointer, place: .actionInputs))
            }
        }
        if action.options.contains(.sequential), action.runtime.repetitions != nil {
            reporter.refuse(
                action.owner,
                "The operation option 'Sequential' cannot be used together with 'runtimeConfiguration.concurrency.repetitions'.",
                remedy: "Keep one of them."
            )
        }
    }
}
