internal import Expressions
internal import JSONTree

/// `format('{0}-{1:N0}', …)` of deployment templates: .NET's composite formats.
enum ARMFormat {
    static func format(_ pattern: String, _ values: [JSON]) throws(ARMError) -> String {
        var result = ""
        var rest = pattern[...]
        while let character = rest.first {
            rest = rest.dropFirst()
            if (character == "{" || character == "}") && rest.first == character {
                result.append(character)
                rest = rest.dropFirst()
            } else if character == "{" {
                guard let end = rest.firstIndex(of: "}") else {
                    throw ARMError("The template function 'format' has a '{' without '}'.")
                }
                result += try item(rest[..<end], values)
                rest = rest[rest.index(after: end)...]
            } else if character == "}" {
                throw ARMError("The template function 'format' has a '}' without '{'.")
            } else {
                result.append(character)
            }
        }
        return result
    }

    private static func item(_ text: Substring, _ values: [JSON]) throws(ARMError) -> String {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let head = parts[0].split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard let index = Int(head[0].trimmingSpaces), index >= 0, index < values.count else {
            throw ARMError("The template function 'format' has no value for '{\(text)}'.")
        }
        var shown = ARMFunctions.display(values[index])
        if parts.count > 1, values[index].isNumber {
            let expression = "@formatNumber(\(values[index].text), '\(parts[1])')"
            shown = try WorkflowExpression.text(expression, for: "format")
        }
        if head.count > 1, let width = Int(head[1].trimmingSpaces), abs(width) <= 10_000 {
            let filling = String(repeating: " ", count: max(0, abs(width) - shown.count))
            shown = width < 0 ? shown + filling : filling + shown
        }
        return shown
    }
}

/// Pure functions of the workflow language that deployment templates have too.
enum WorkflowExpression {
    /// The text that a pure expression gives.
    static func text(_ expression: String, for function: String) throws(ARMError) -> String {
        do throws(ExpressionError) {
            let value = try Template.compile(.string(expression)).evaluate(in: PureContext())
            return ARMFunctions.display(value)
        } catch {
            throw ARMError("The template function '\(function)' failed: \(error.message)")
        }
    }

    /// A text as a literal of the language.
    static func literal(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
