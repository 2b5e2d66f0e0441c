import Expressions
import JSONTree
import Playbooks

/// The Expression kinds (section 6.22): the date functions of the language with their arguments from the inputs.
enum ExpressionActions {
    static func run(_ node: ActionNode, _ inputs: JSON, _ context: RunContext) -> PlainActions.Outcome {
        let kind = node.kind?.lowercased() ?? ""
        guard let candidates = templates[kind] else {
            return PlainActions.badRequest(
                "InvalidTemplate",
                "The kind '\(node.kind ?? "")' of action '\(node.name)' is not known. Kinds are CurrentTime, GetFutureTime, GetPastTime, AddToTime, SubtractFromTime and ConvertTimeZone."
            )
        }
        let hasFormat = inputs[ignoringCase: "formatString"].map { !$0.isNull } ?? false
        do throws(ExpressionError) {
            let value = try (hasFormat ? candidates.formatted : candidates.plain).evaluate(in: context, item: inputs)
            return .outputs(["body": value], code: "OK")
        } catch {
            return PlainActions.badRequest(
                "InvalidTemplate",
                "The execution of template action '\(node.name)' failed: '\(error.message)'."
            )
        }
    }

    private struct Pair: Sendable {
        var plain: Template
        var formatted: Template
    }

    private static let templates: [String: Pair] = {
        let calls: [(kind: String, function: String, arguments: [String])] = [
            ("currenttime", "utcNow", []),
            ("getfuturetime", "getFutureTime", ["interval", "timeUnit"]),
            ("getpasttime", "getPastTime", ["interval", "timeUnit"]),
            ("addtotime", "addToTime", ["baseTime", "interval", "timeUnit"]),
            ("subtractfromtime", "subtractFromTime", ["baseTime", "interval", "timeUnit"]),
            ("converttimezone", "convertTimeZone", ["baseTime", "sourceTimeZone", "destinationTimeZone"]),
        ]
        var result: [String: Pair] = [:]
        for call in calls {
            let arguments = call.arguments.map { "item()?['\($0)']" }
            let format = ["item()?['formatString']"]
            do throws(ExpressionError) {
                result[call.kind] = Pair(
                    plain: try Template.compile(.string("@\(call.function)(\(arguments.joined(separator: ", ")))")),
                    formatted: try Template.compile(
                        .string("@\(call.function)(\((arguments + format).joined(separator: ", ")))")
                    )
                )
            } catch {
                assertionFailure("The kind \(call.kind) does not compile: \(error)")
            }
        }
        return result
    }()
}
