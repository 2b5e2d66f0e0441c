internal import Expressions
internal import JSONTree
internal import Moments

extension DefinitionCompiler {
    /// Reads `runtimeConfiguration` and `operationOptions` of an action or trigger.
    mutating func readRuntime(
        _ json: JSON,
        owner: Owner,
        into runtime: inout RuntimeConfiguration,
        _ operationOptions: inout OperationOptions
    ) {
        readOptions(json, owner: owner, into: &operationOptions)
        guard let member = json.objectValue?.member(ignoringCase: "runtimeConfiguration"), !member.value.isNull else {
            return
        }
        let pointer = Pointer.child(owner.pointer, member.name)
        guard member.value.objectValue != nil else {
            refuseShape(owner, "runtimeConfiguration", "an object", at: pointer)
            return
        }
        readConcurrency(member.value, owner: owner, into: &runtime, at: pointer)
        readSecureData(member.value, owner: owner, into: &runtime, at: pointer)
        readStaticResult(member.value, into: &runtime)
        let paging = member.value[ignoringCase: "paginationPolicy"]?[ignoringCase: "minimumItemCount"]
        runtime.minimumItemCount = integer(paging, within: 1...100_000, "minimumItemCount", owner, at: pointer)
        if let transfer = member.value[ignoringCase: "contentTransfer"] {
            runtime.isChunked = transfer[ignoringCase: "transferMode"]?.stringValue?.lowercased() == "chunked"
            runtime.sendsContent = Self.isContent(json[ignoringCase: "inputs"]?[ignoringCase: "body"])
            let sizes = 1...1_024
            let upload = transfer[ignoringCase: "uploadChunkSizeInMB"]
            runtime.uploadChunkMegabytes = integer(upload, within: sizes, "uploadChunkSizeInMB", owner, at: pointer)
            let download = transfer[ignoringCase: "downloadChunkSizeInMB"]
            runtime.downloadChunkMegabytes = integer(
                download,
                within: sizes,
                "downloadChunkSizeInMB",
                owner,
                at: pointer
            )
        }
    }

    /// Whether a body is the content of an action as that is: `@body('A')`, `@outputs('A')`, `@outputs('A')?['body']`.
    private static func isContent(_ body: JSON?) -> Bool {
        guard let text = body?.stringValue, case .expression(.call(let function, _, let path))? = TextTree.read(text)
        else {
            return false
        }
        switch function {
        case "body", "actionbody": return path.isEmpty
        case "outputs", "actionoutputs": return path.isEmpty || path.map(\.key) == [.literal("body")]
        default: return false
        }
    }

    private mutating func readOptions(_ json: JSON, owner: Owner, into operationOptions: inout OperationOptions) {
        guard let member = json.objectValue?.member(ignoringCase: "operationOptions"), !member.value.isNull else {
            return
        }
        let pointer = Pointer.child(owner.pointer, member.name)
        guard let list = member.value.stringValue else {
            refuseShape(owner, "operationOptions", "a text", at: pointer)
            return
        }
        var unknown: [String] = []
        operationOptions = OperationOptions(list: list, unknown: &unknown)
        for word in unknown {
            reporter.warn(
                DiagnosticCode.unknownProperty,
                "The \(owner.noun) '\(owner.name)' has an unknown operation option '\(word)'.",
                remedy: "Correct the word; nothing reads it.",
                at: pointer
            )
        }
    }

    private mutating func readConcurrency(
        _ json: JSON,
        owner: Owner,
        into runtime: inout RuntimeConfiguration,
        at pointer: String
    ) {
        guard let concurrency = json[ignoringCase: "concurrency"] else {
            return
        }
        let repetitions = concurrency[ignoringCase: "repetitions"]
        runtime.repetitions = integer(repetitions, within: 1...50, "repetitions", owner, at: pointer)
        let runs = concurrency[ignoringCase: "runs"]
        runtime.runs = integer(runs, within: 1...100, "runs", owner, at: pointer)
        let waiting = concurrency[ignoringCase: "maximumWaitingRuns"]
        runtime.maximumWaitingRuns = integer(waiting, within: 1...200, "maximumWaitingRuns", owner, at: pointer)
    }

    private mutating func readSecureData(
        _ json: JSON,
        owner: Owner,
        into runtime: inout RuntimeConfiguration,
        at pointer: String
    ) {
        guard let words = json[ignoringCase: "secureData"]?[ignoringCase: "properties"] else {
            return
        }
        guard let list = words.arrayValue else {
            refuseShape(owner, "secureData.properties", "an array of 'inputs' and 'outputs'", at: pointer)
            return
        }
        for word in list {
            switch word.stringValue?.lowercased() {
            case "inputs": runtime.securesInputs = true
            case "outputs": runtime.securesOutputs = true
            default: refuseShape(owner, "secureData.properties", "an array of 'inputs' and 'outputs'", at: pointer)
            }
        }
    }

    private func readStaticResult(_ json: JSON, into runtime: inout RuntimeConfiguration) {
        guard let result = json[ignoringCase: "staticResult"] else {
            return
        }
        let isEnabled = result[ignoringCase: "staticResultOptions"]?.stringValue?.lowercased() == "enabled"
        runtime.staticResult = isEnabled ? result[ignoringCase: "name"]?.stringValue : nil
    }

    /// A whole number, held to its range with a remark; it may be a text or a template over parameters.
    private mutating func integer(
        _ json: JSON?,
        within range: ClosedRange<Int>,
        _ name: String,
        _ owner: Owner,
        at pointer: String
    ) -> Int? {
        guard let json, !json.isNull else {
            return nil
        }
        let value = evaluateWithParameters(json)
        guard let number = value?.integerValue ?? value?.stringValue.flatMap({ Int64($0.trimmingSpaces) }) else {
            refuseShape(owner, name, "a whole number", at: pointer)
            return nil
        }
        let clamped = Int(min(max(number, Int64(range.lowerBound)), Int64(range.upperBound)))
        if Int64(clamped) != number {
            reporter.warn(
                DiagnosticCode.suspicious,
                "'\(name)' of the \(owner.noun) '\(owner.name)' is \(number); it is held to \(clamped).",
                remedy: "Use a value from \(range.lowerBound) to \(range.upperBound).",
                at: pointer
            )
        }
        return clamped
    }

    private mutating func refuseShape(_ owner: Owner, _ name: String, _ shape: String, at pointer: String) {
        reporter.refuse(
            owner,
            "The property '\(name)' must be \(shape).",
            remedy: "Write '\(name)' as \(shape).",
            at: pointer
        )
    }

    /// Remarks on a description that Azure would find too long.
    mutating func checkDescription(_ text: String?, _ owner: Owner) {
        if let text, text.utf16.count > options.limits.descriptionLength {
            reporter.warn(
                DiagnosticCode.suspicious,
                "The description of the \(owner.noun) '\(owner.name)' is longer than \(options.limits.descriptionLength) characters.",
                remedy: "Shorten it, if the definition is to be saved in Azure too.",
                at: owner.pointer
            )
        }
    }

    /// The retry policy that the inputs of an operation write (section 8).
    mutating func retryPolicy(in inputs: JSON, at pointer: String, of owner: Owner) -> RetryPolicySource {
        guard let member = inputs.objectValue?.member(ignoringCase: "retryPolicy"), !member.value.isNull else {
            return .standard
        }
        guard let constant = evaluateWithParameters(member.value) else {
            return .evaluated
        }
        do throws(RetryPolicyError) {
            return .literal(try RetryPolicy(json: constant))
        } catch {
            reporter.refuse(owner, error.message, remedy: error.remedy, at: Pointer.child(pointer, member.name))
            return .standard
        }
    }
}
