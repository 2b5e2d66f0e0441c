internal import Expressions
internal import JSONTree
internal import Moments

extension DefinitionCompiler {
    /// Reads the triggers (section 5).
    mutating func readTriggers() {
        guard let (base, object) = dictionary("triggers") else {
            return
        }
        if object.count > options.limits.triggers {
            reporter.refuse(
                "The template has \(object.count) triggers. The limit is \(options.limits.triggers).",
                remedy: "Split the workflow.",
                at: base
            )
            return
        }
        var names: Set<String> = []
        for (name, json) in object {
            let pointer = Pointer.child(base, name)
            checkName(name, "trigger", at: pointer)
            if !names.insert(name.lowercased()).inserted {
                reporter.refuse(
                    "The template trigger name '\(name)' is not unique.",
                    remedy: "Names are matched without regard to case; rename one.",
                    at: pointer
                )
            }
            if let trigger = readTrigger(name, json, at: pointer) {
                draft.triggers.append(trigger)
            }
        }
    }

    private mutating func readTrigger(_ name: String, _ json: JSON, at pointer: String) -> TriggerDraft? {
        var trigger = TriggerDraft(
            index: draft.triggers.count,
            name: name,
            type: .unknown(""),
            json: json,
            pointer: pointer,
            position: reporter.position(pointer)
        )
        guard json.objectValue != nil, let word = json[ignoringCase: "type"]?.stringValue, !word.isEmpty else {
            reporter.refuse(
                trigger.owner,
                "The required property 'type' is missing.",
                remedy: "Give the trigger a type, for instance Request or Recurrence."
            )
            return nil
        }
        trigger.type = TriggerType(word)
        trigger.kind = json[ignoringCase: "kind"]?.stringValue
        trigger.description = json[ignoringCase: "description"]?.stringValue
        trigger.metadata = json[ignoringCase: "metadata"]
        checkDescription(trigger.description, trigger.owner)
        if case .unknown = trigger.type {
            reporter.warn(
                DiagnosticCode.unsupportedType,
                "The trigger '\(name)' is of type '\(word)', which this server does not know; it will never fire.",
                remedy: "Replace it with a trigger of a known type, for instance Request.",
                at: pointer
            )
        }
        readRuntime(json, owner: trigger.owner, into: &trigger.runtime, &trigger.options)
        readTriggerInputs(&trigger)
        readRecurrence(&trigger)
        readOutcome(&trigger)
        trigger.connection = ConnectionReference(inputs: trigger.rawInputs)
        checkTriggerSettings(trigger)
        return trigger
    }

    private mutating func readTriggerInputs(_ trigger: inout TriggerDraft) {
        guard let member = trigger.json.objectValue?.member(ignoringCase: "inputs") else {
            checkRequired(trigger)
            return
        }
        let pointer = Pointer.child(trigger.pointer, member.name)
        trigger.rawInputs = member.value
        checkRequired(trigger)
        var inputs = trigger.type.hasOwnConnection ? member.value.withoutAuthentication : member.value
        let isWebhook = trigger.type.isWebhook
        if trigger.type == .httpWebhook, let late = inputs.objectValue?.member(ignoringCase: "unsubscribe") {
            let latePointer = Pointer.child(pointer, late.name)
            trigger.unsubscribe = template(late.value, at: latePointer, of: trigger.owner)
            if let unsubscribe = trigger.unsubscribe {
                trigger.placed.append(
                    PlacedTemplate(template: unsubscribe, pointer: latePointer, place: .triggerUnsubscribe)
                )
            }
            inputs = inputs.removing(late.name)
        }
        if trigger.type.isNotification,
            let idle = inputs.objectValue?.member(ignoringCase: NotificationInputs.subscription)
        {
            // It is never sent, but it is checked.
            let idlePointer = Pointer.child(pointer, idle.name)
            if let subscribe = template(idle.value, at: idlePointer, of: trigger.owner) {
                trigger.placed.append(
                    PlacedTemplate(template: subscribe, pointer: idlePointer, place: .triggerNotification)
                )
            }
            inputs = inputs.removing(idle.name)
        }
        if trigger.type == .request || isWebhook || trigger.type.isNotification {
            readSchema(&trigger, &inputs, at: pointer)
        }
        trigger.inputs = template(inputs, at: pointer, of: trigger.owner)
        if let compiled = trigger.inputs {
            let place = Self.place(of: trigger.type)
            trigger.placed.append(PlacedTemplate(template: compiled, pointer: pointer, place: place))
        }
        if trigger.type == .request {
            trigger.method = member.value[ignoringCase: "method"]?.stringValue?.uppercased()
            trigger.relativePath = member.value[ignoringCase: "relativePath"]?.stringValue
        }
        let calling =
            trigger.type == .httpWebhook
            ? member.value[ignoringCase: "subscribe"]
            : trigger.type.isNotification ? member.value[ignoringCase: "fetch"] : nil
        trigger.retryPolicy = retryPolicy(in: calling ?? member.value, at: pointer, of: trigger.owner)
    }

    private static func place(of type: TriggerType) -> PlacedTemplate.Place {
        switch type {
        case .apiConnectionNotification, .openAPIConnectionNotification: .triggerNotification
        case _ where type.isWebhook: .triggerWebhookInputs
        default: .triggerInputs
        }
    }

    /// Takes the schema out of the inputs: it describes, it is never evaluated.
    private mutating func readSchema(_ trigger: inout TriggerDraft, _ inputs: inout JSON, at pointer: String) {
        guard let member = inputs.objectValue?.member(ignoringCase: "schema") else {
            return
        }
        trigger.schema = evaluateWithParameters(member.value) ?? member.value
        inputs = inputs.removing(member.name)
    }

    /// How often services are asked whose trigger says nothing: built-in connectors of Standard workflows, to which Azure's host
    /// listens all the time, and those that would notify.
    private static let listening: JSON = ["frequency": "Minute", "interval": 1]

    private mutating func readRecurrence(_ trigger: inout TriggerDraft) {
        let written = trigger.json.objectValue?.member(ignoringCase: "recurrence").map { ($0.name, $0.value) }
        reporter.refusal = options.isSaved ? .warning : .error
        defer { reporter.refusal = .error }
        let listens = trigger.type == .serviceProvider || trigger.type.isNotification
        let given = written ?? (listens ? ("recurrence", Self.listening) : nil)
        guard let (name, recurrence) = given, !recurrence.isNull else {
            if trigger.type.isTimed || trigger.type == .http {
                reporter.refuse(
                    trigger.owner,
                    "The required property 'recurrence' is missing.",
                    remedy: "Add 'recurrence' with 'frequency' and 'interval'."
                )
            } else if trigger.type.isPolling {
                reporter.warn(
                    DiagnosticCode.suspicious,
                    "The polling trigger '\(trigger.name)' has no 'recurrence', so it is never polled.",
                    remedy: "Add 'recurrence' with 'frequency' and 'interval'.",
                    at: trigger.pointer
                )
            }
            return
        }
        let pointer = Pointer.child(trigger.pointer, name)
        guard let compiled = template(recurrence, at: pointer, of: trigger.owner) else {
            return
        }
        trigger.recurrence = compiled
        trigger.placed.append(PlacedTemplate(template: compiled, pointer: pointer, place: .recurrence))
        guard let value = evaluateWithParameters(compiled) else {
            return
        }
        trigger.recurrenceValue = value
        do throws(RecurrenceError) {
            let kind = trigger.type == .slidingWindow ? Recurrence.Kind.slidingWindow(delay: .zero) : .recurrence
            _ = try Recurrence(json: value, kind: kind, now: options.now)
        } catch {
            reporter.refuse(
                trigger.owner,
                error.message,
                remedy: "Correct the recurrence.",
                at: pointer + error.pointer
            )
        }
    }

    /// Conditions, splitOn and correlation: they see the trigger's outputs.
    private mutating func readOutcome(_ trigger: inout TriggerDraft) {
        if let member = trigger.json.objectValue?.member(ignoringCase: "conditions"), !member.value.isNull {
            readConditions(&trigger, member.value, at: Pointer.child(trigger.pointer, member.name))
        }
        if let member = trigger.json.objectValue?.member(ignoringCase: "splitOn"), !member.value.isNull {
            let pointer = Pointer.child(trigger.pointer, member.name)
            // A marker of designers, section 5.10.
            if member.value.stringValue?.lowercased() != "@autoload()" {
                trigger.splitOn = outcome(member.value, at: pointer, &trigger)
            }
        }
        trigger.clientTrackingID = trackingID(trigger.json, below: trigger.pointer, &trigger)
        if let member = trigger.json.objectValue?.member(ignoringCase: "splitOnConfiguration") {
            trigger.itemTrackingID = trackingID(
                member.value,
                below: Pointer.child(trigger.pointer, member.name),
                &trigger
            )
        }
    }

    private mutating func trackingID(_ json: JSON, below pointer: String, _ trigger: inout TriggerDraft) -> Template? {
        guard
            let correlation = json.objectValue?.member(ignoringCase: "correlation"),
            let member = correlation.value.objectValue?.member(ignoringCase: "clientTrackingId")
        else {
            return nil
        }
        let place = Pointer.child(Pointer.child(pointer, correlation.name), member.name)
        return outcome(member.value, at: place, &trigger)
    }

    private mutating func readConditions(_ trigger: inout TriggerDraft, _ json: JSON, at pointer: String) {
        guard let entries = json.arrayValue else {
            reporter.refuse(
                trigger.owner,
                "The property 'conditions' must be an array.",
                remedy: "Write conditions as [ { \"expression\": \"@…\" } ].",
                at: pointer
            )
            return
        }
        for (index, entry) in entries.enumerated() {
            let place = Pointer.child(pointer, index)
            guard let member = entry.objectValue?.member(ignoringCase: "expression") else {
                reporter.refuse(
                    trigger.owner,
                    "A condition has no 'expression'.",
                    remedy: "Write each condition as { \"expression\": \"@…\" }.",
                    at: place
                )
                continue
            }
            if let condition = outcome(member.value, at: Pointer.child(place, member.name), &trigger) {
                trigger.conditions.append(condition)
            }
        }
    }

    private mutating func outcome(_ json: JSON, at pointer: String, _ trigger: inout TriggerDraft) -> Template? {
        let compiled = template(json, at: pointer, of: trigger.owner)
        if let compiled {
            trigger.placed.append(PlacedTemplate(template: compiled, pointer: pointer, place: .triggerOutcome))
        }
        return compiled
    }

    private mutating func checkTriggerSettings(_ trigger: TriggerDraft) {
        if trigger.options.contains(.singleInstance), trigger.runtime.runs != nil {
            reporter.refuse(
                trigger.owner,
                "The operation option 'SingleInstance' cannot be used together with 'runtimeConfiguration.concurrency.runs'.",
                remedy: "Keep one of them."
            )
        }
        if let path = trigger.relativePath, !path.isEmpty, trigger.method == nil {
            reporter.refuse(
                trigger.owner,
                "The property 'relativePath' requires the property 'method'.",
                remedy: "Add 'method' to the inputs of the trigger."
            )
        }
        if trigger.runtime.staticResult != nil {
            reporter.warn(
                DiagnosticCode.suspicious,
                "The trigger '\(trigger.name)' names a static result; triggers have none.",
                remedy: "Remove 'staticResult' from the trigger.",
                at: trigger.pointer
            )
        }
    }
}

extension JSON {
    /// The object without a member.
    func removing(_ name: String) -> JSON {
        guard var object = objectValue else {
            return self
        }
        object[name] = nil
        return .object(object)
    }
}
