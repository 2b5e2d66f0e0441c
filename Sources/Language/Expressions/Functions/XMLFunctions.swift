import Content
import JSONTree
import XMLTree

/// XML values (section 4.4).
enum XMLFunctions {
    static let all: [ExpressionFunction] = [
        ExpressionFunction("xml", .xml, ["value"], "Reads XML text, or turns JSON into XML.", body: .eager(xml)),
        ExpressionFunction("xpath", .xml, ["xml", "path"], "Evaluates an XPath 1.0 expression.", body: .eager(xpath)),
    ]

    static func isXML(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" }.lowercased()
        return type.hasSuffix("/xml") || type.hasSuffix("+xml")
    }

    static func parse(_ bytes: [UInt8], _ arguments: Arguments) throws(ExpressionError) -> XMLDoc {
        do {
            return try XMLDoc.parse(bytes)
        } catch {
            throw invalid(error.message, arguments)
        }
    }

    static func parse(_ text: String, _ arguments: Arguments) throws(ExpressionError) -> XMLDoc {
        do {
            return try XMLDoc.parse(text)
        } catch {
            throw invalid(error.message, arguments)
        }
    }

    private static func invalid(_ reason: String, _ arguments: Arguments) -> ExpressionError {
        arguments.fail(
            "parameter is not valid. The provided value cannot be converted to XML: '\(reason)'.",
            usage: true
        )
    }

    static func xml(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        switch arguments[0] {
        case .xml: return arguments[0]
        case .json(.string(let text)):
            try evaluation.spend(text.utf8.count)
            return .xml(try parse(text, arguments))
        case .json(.object(let object)):
            if let envelope = Envelope(object: object) {
                try evaluation.spend(envelope.content.utf8.count)
                return .xml(try parse(try envelope.content(), arguments))
            }
            try evaluation.spend(try evaluation.measure(.object(object)))
            do {
                return .xml(try XMLDoc.make(from: .object(object)))
            } catch {
                throw invalid(error.message, arguments)
            }
        default:
            throw arguments.typeError(0, "to be a string or an object", ordinal: false)
        }
    }

    static func xpath(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let document: XMLDoc
        switch arguments[0] {
        case .xml(let value): document = value
        case .json(.string(let text)):
            try evaluation.spend(text.utf8.count)
            document = try parse(text, arguments)
        case .json(.object(let object)):
            guard let envelope = Envelope(object: object) else { throw arguments.typeError(0, "to be an XML object") }
            try evaluation.spend(envelope.content.utf8.count)
            document = try parse(try envelope.content(), arguments)
        default: throw arguments.typeError(0, "to be an XML object")
        }
        let path = try arguments.string(1)
        let result: XPathResult
        do {
            result = try document.evaluate(xpath: path)
        } catch {
            throw arguments.fail(
                "parameters are not valid. The provided XPath expression cannot be evaluated: '\(error.message)'.",
                usage: true
            )
        }
        switch result {
        case .boolean(let value): return .boolean(value)
        case .string(let text):
            try evaluation.produce(text.utf8.count)
            return .string(text)
        case .number(let number):
            if let integer = Int64(exactly: number) { return .integer(integer) }
            guard number.isFinite else { return .string(NumberText.text(number)) }
            return .json(.double(number))
        case .nodes(let nodes): return .array(try values(nodes, &evaluation))
        }
    }

    private static func values(_ nodes: [XMLNode], _ evaluation: inout Evaluation) throws(ExpressionError) -> [JSON] {
        var values: [JSON] = []
        values.reserveCapacity(nodes.count)
        for node in nodes {
            switch node.kind {
            case .element, .document:
                let bytes = Array(node.outerXML.utf8)
                try evaluation.produce(bytes.count / 3 * 4)
                values.append(Envelope(contentType: XMLValues.contentType, bytes: bytes).json)
            default:
                try evaluation.produce(node.value.utf8.count)
                values.append(.string(node.value))
            }
        }
        return values
    }
}
