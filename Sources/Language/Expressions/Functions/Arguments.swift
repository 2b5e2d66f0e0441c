import JSONTree

/// The evaluated arguments of one call: up to four without an allocation.
struct Arguments {
    /// The call, for names in messages.
    ///
    /// Not retained, which evaluation would notice: arguments live only while their call is evaluated.
    unowned(unsafe) let call: CallNode
    private(set) var count = 0
    private var first = Value.null
    private var second = Value.null
    private var third = Value.null
    private var fourth = Value.null
    private var rest: [Value] = []

    init(_ call: CallNode) {
        self.call = call
    }

    mutating func append(_ value: Value) {
        switch count {
        case 0: first = value
        case 1: second = value
        case 2: third = value
        case 3: fourth = value
        default: rest.append(value)
        }
        count += 1
    }

    /// The argument at a place; null beyond the last one.
    subscript(index: Int) -> Value {
        switch index {
        case 0: first
        case 1: second
        case 2: third
        case 3: fourth
        default: index < count ? rest[index - 4] : .null
        }
    }

    /// The function's name as written, for messages.
    var name: String { call.name }

    /// Whether an optional argument was given.
    func has(_ index: Int) -> Bool { index < count }
}

// MARK: - Typed access

extension Arguments {
    /// The words for the place of an argument.
    private static let ordinals = ["first", "second", "third", "fourth"]

    func ordinal(_ index: Int) -> String {
        index < Self.ordinals.count ? Self.ordinals[index] : "#\(index + 1)"
    }

    /// An error in the words "expects its … parameter to be …".
    func typeError(_ index: Int, _ expectation: String, ordinal: Bool = true) -> ExpressionError {
        let place = ordinal ? self.ordinal(index) + " parameter" : "parameter"
        return fail(
            "expects its \(place) \(expectation). The provided value is of type '\(self[index].typeName)'.",
            usage: true
        )
    }

    /// An error in the words "expects its … parameter '…' to be …", as some functions name their parameters.
    func typeError(_ index: Int, named name: String, _ expectation: String) -> ExpressionError {
        typeError(index, "'\(name)' " + expectation)
    }

    /// An error that begins with the function's name.
    func fail(_ text: String, usage: Bool = false) -> ExpressionError {
        var message = "The template language function '\(name)' \(text)"
        if usage { message += " Please see \(call.function.usageLink) for usage details." }
        return ExpressionError(phase: .run, message: message, function: name)
    }

    /// The error of a value that a conversion function cannot convert.
    var notConvertible: ExpressionError {
        fail("was invoked with a parameter that is not valid. The value cannot be converted to the target type.")
    }

    /// A string argument.
    func string(_ index: Int) throws(ExpressionError) -> String {
        guard case .json(.string(let text)) = self[index] else { throw typeError(index, "to be of type string") }
        return text
    }

    /// A string argument that the messages of the function name.
    func string(_ index: Int, named name: String) throws(ExpressionError) -> String {
        guard case .json(.string(let text)) = self[index] else { throw typeError(index, named: name, "to be a string") }
        return text
    }

    /// The only argument, a string.
    func onlyString() throws(ExpressionError) -> String {
        guard case .json(.string(let text)) = self[0] else { throw typeError(0, "to be a string", ordinal: false) }
        return text
    }

    /// An optional string argument; null counts as left out.
    func optionalString(_ index: Int) throws(ExpressionError) -> String? {
        guard index < count, !self[index].isNull else { return nil }
        return try string(index)
    }

    /// An integer argument; a float is none, even without a fraction.
    func integer(_ index: Int) throws(ExpressionError) -> Int64 {
        guard case .json(.integer(let value)) = self[index] else { throw typeError(index, "to be an integer") }
        return value
    }

    /// An integer argument that the messages of the function name.
    func integer(_ index: Int, named name: String) throws(ExpressionError) -> Int64 {
        guard case .json(.integer(let value)) = self[index] else {
            throw typeError(index, named: name, "to be an integer")
        }
        return value
    }

    /// An array argument.
    func array(_ index: Int, _ expectation: String = "to be of type array") throws(ExpressionError) -> [JSON] {
        guard case .json(.array(let elements)) = self[index] else { throw typeError(index, expectation) }
        return elements
    }

    /// An object argument.
    func object(_ index: Int) throws(ExpressionError) -> JSONObject {
        guard case .json(.object(let object)) = self[index] else { throw typeError(index, "to be an object") }
        return object
    }
}
