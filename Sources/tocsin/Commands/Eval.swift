import ArgumentParser
import Expressions
import JSONTree
import Rehearsal

/// The command `tocsin eval`.
struct Eval: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluate an expression, or run a table of expressions.",
        discussion: """
            An expression is written as in a definition, such as '@add(1, 2)' or 'Hello @{variables(''name'')}'. \
            The context file is a JSON object; its members, all optional, are now, parameters, variables, appsettings, \
            trigger, actions, action, item, items, iterationIndexes, results, workflow and callbackUrl.
            """
    )

    @Argument(help: "The expression or template.")
    var expression: String?

    @Option(help: ArgumentHelp("What the reference functions see.", valueName: "file"))
    var context: String?

    @Option(help: ArgumentHelp("A table of expressions with expected results.", valueName: "file"))
    var cases: String?

    func validate() throws {
        guard (expression == nil) != (cases == nil) else {
            throw ValidationError("Give either an expression or --cases FILE.")
        }
        if cases != nil, context != nil {
            throw ValidationError("--context goes with an expression; cases bring their own contexts.")
        }
    }

    func run() async throws {
        if let cases { return try CaseOutput.run(cases, ExpressionCases.run) }
        do throws(CommandFailure) {
            let seen = if let context { try InputFile.json(context) } else { JSON.object(JSONObject()) }
            print(try Self.value(of: expression ?? "", in: seen).prettyText)
        } catch {
            throw error.end()
        }
    }

    private static func value(of expression: String, in context: JSON) throws(CommandFailure) -> JSON {
        do throws(ExpressionError) {
            return try Template.compile(.string(expression)).evaluate(in: RecordedContext(context))
        } catch {
            throw CommandFailure(
                code: error.code,
                place: "character \(error.offset + 1)",
                message: error.message,
                remedy: error.phase == .parse
                    ? "Correct the expression at this place."
                    : "Correct the values, or give what the expression refers to with --context FILE."
            )
        }
    }
}
