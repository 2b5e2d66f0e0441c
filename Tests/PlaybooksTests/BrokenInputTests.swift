import JSONTree
import Playbooks
import Testing

/// Broken definitions and files, each with the clear error that it must give, at its place.
struct BrokenInputTests {
    /// A definition that is refused at save.
    struct Row: Sendable, CustomTestStringConvertible {
        let title: String
        let actions: String
        let more: String
        let message: String
        let pointer: String
        let code: String
        var testDescription: String { title }

        init(
            _ title: String,
            _ actions: String,
            more: String = "",
            _ message: String,
            at pointer: String,
            code: String = DiagnosticCode.invalidTemplate
        ) {
            self.title = title
            self.actions = actions
            self.more = more
            self.message = message
            self.pointer = pointer
            self.code = code
        }
    }

    static let first = #""A":{"type":"Compose","inputs":1}"#
    static func after(_ body: String) -> String { first + "," + body }

    static let expressions: [Row] = [
        Row(
            "missing bracket",
            #""X":{"type":"Compose","inputs":"@concat('a'"}"#,
            "Unable to parse template language expression",
            at: "/actions/X/inputs"
        ),
        Row(
            "text after the expression",
            #""X":{"type":"Compose","inputs":"@concat('a') b"}"#,
            "Unable to parse",
            at: "/actions/X/inputs"
        ),
        Row(
            "double quotation marks",
            #""X":{"type":"Compose","inputs":"@concat(\"a\")"}"#,
            "the string character '\"'",
            at: "/actions/X/inputs"
        ),
        Row(
            "unknown function",
            #""X":{"type":"Compose","inputs":"@nope()"}"#,
            "The template function 'nope' is not defined or not valid",
            at: "/actions/X/inputs"
        ),
        Row(
            "unescaped name",
            #""X":{"type":"Compose","inputs":{"@odata.id":1}}"#,
            "expected token 'LeftParenthesis'",
            at: "/actions/X/inputs/@odata.id"
        ),
        Row(
            "open interpolation",
            #""X":{"type":"Compose","inputs":{"a":["b@{c"]}}"#,
            "is not valid",
            at: "/actions/X/inputs/a/0"
        ),
        Row(
            "in a condition",
            #""X":{"type":"If","expression":"@equals(1","actions":{}}"#,
            "Unable to parse",
            at: "/actions/X/expression"
        ),
        Row(
            "in an operand",
            #""X":{"type":"If","expression":{"and":[{"equals":["@b(",1]}]},"actions":{}}"#,
            "is not valid",
            at: "/actions/X/expression/and/0/equals/0"
        ),
        Row(
            "in a Foreach",
            #""X":{"type":"Foreach","foreach":"@a(","actions":{}}"#,
            "is not valid",
            at: "/actions/X/foreach"
        ),
        Row(
            "in an output",
            first,
            more: #","outputs":{"o":{"type":"Int","value":"@x("}}"#,
            "The template output 'o'",
            at: "/outputs/o/value"
        ),
        Row(
            "unknown action",
            #""X":{"type":"Compose","inputs":"@body('Nope')"}"#,
            "The action(s) 'Nope' referenced by 'inputs' in action 'X'",
            at: "/actions/X/inputs"
        ),
        Row(
            "parallel action",
            after(#""X":{"type":"Compose","inputs":{"a":"@outputs('A')"}}"#),
            "cannot reference action 'A'",
            at: "/actions/X/inputs/a"
        ),
        Row(
            "own outputs",
            #""X":{"type":"Compose","inputs":"@outputs('X')"}"#,
            "The action cannot reference itself",
            at: "/actions/X/inputs"
        ),
        Row(
            "enclosing scope",
            #""S":{"type":"Scope","actions":{"X":{"type":"Compose","inputs":"@result('S')"}}}"#,
            "cannot reference action 'S'",
            at: "/actions/S/actions/X/inputs"
        ),
        Row(
            "other branch",
            #""I":{"type":"If","expression":"@true","actions":{"T":{"type":"Compose","inputs":1}},"else":{"actions":{"E":{"type":"Compose","inputs":"@outputs('T')"}}}}"#,
            "cannot reference action 'T'",
            at: "/actions/I/else/actions/E/inputs"
        ),
        Row(
            "result of a plain action",
            after(#""X":{"type":"Compose","inputs":"@result('A')","runAfter":{"A":["Succeeded"]}}"#),
            "is not a scope",
            at: "/actions/X/inputs"
        ),
        Row(
            "undeclared parameter",
            #""X":{"type":"Compose","inputs":"@parameters('p')"}"#,
            "The workflow parameter 'p' is not found",
            at: "/actions/X/inputs"
        ),
        Row(
            "item() without loop",
            #""X":{"type":"Compose","inputs":"@item()"}"#,
            "'item' is not expected at this location",
            at: "/actions/X/inputs"
        ),
        Row(
            "action() in inputs",
            #""X":{"type":"Compose","inputs":"@action()"}"#,
            "'action' is not expected at this location",
            at: "/actions/X/inputs"
        ),
        Row(
            "callback URL in a Compose",
            #""X":{"type":"Compose","inputs":"@listCallbackUrl()"}"#,
            "'listcallbackurl' is not expected at this location",
            at: "/actions/X/inputs"
        ),
        Row(
            "app setting",
            #""X":{"type":"Compose","inputs":"@appsetting('a')"}"#,
            "'appsetting' is not expected at this location",
            at: "/actions/X/inputs"
        ),
        Row(
            "items() of a scope",
            #""S":{"type":"Scope","actions":{"X":{"type":"Compose","inputs":"@items('S')"}}}"#,
            "must be a parent 'foreach' scope of action",
            at: "/actions/S/actions/X/inputs"
        ),
        Row(
            "items() in the loop's own collection",
            #""L":{"type":"Foreach","foreach":"@items('L')","actions":{}}"#,
            "must be a parent 'foreach' scope of action",
            at: "/actions/L/foreach"
        ),
        Row(
            "a case that refers",
            after(
                #""X":{"type":"Switch","expression":"a","cases":{"C":{"case":"@outputs('A')","actions":{}}},"runAfter":{"A":["Succeeded"]}}"#
            ),
            "is not expected at this location",
            at: "/actions/X/cases/C/case"
        ),
        Row(
            "two parameters of body()",
            after(#""X":{"type":"Compose","inputs":"@body('A','B')","runAfter":{"A":["Succeeded"]}}"#),
            "must have only one parameter",
            at: "/actions/X/inputs"
        ),
    ]

    static let structure: [Row] = [
        Row("no type", #""X":{"inputs":1}"#, "The required property 'type' is missing", at: "/actions/X"),
        Row("no object", #""X":5"#, "The required property 'type' is missing", at: "/actions/X"),
        Row(
            "a long name",
            "\"\(String(repeating: "n", count: 81))\":{\"type\":\"Compose\",\"inputs\":1}",
            "1 to 80 characters",
            at: "/actions/\(String(repeating: "n", count: 81))"
        ),
        Row(
            "same name in two scopes",
            #""S":{"type":"Scope","actions":{"X":{"type":"Compose","inputs":1}}},"x":{"type":"Compose","inputs":1}"#,
            "is not unique",
            at: "/actions/x"
        ),
        Row(
            "runAfter of a stranger",
            #""X":{"type":"Compose","inputs":1,"runAfter":{"Nope":["Succeeded"]}}"#,
            "contains non-existent action: 'Nope'",
            at: "/actions/X/runAfter/Nope"
        ),
        Row(
            "runAfter out of a scope",
            after(
                #""S":{"type":"Scope","actions":{"X":{"type":"Compose","inputs":1,"runAfter":{"A":["Succeeded"]}}}}"#
            ),
            "contains non-existent action: 'A'",
            at: "/actions/S/actions/X/runAfter/A"
        ),
        Row(
            "runAfter of itself",
            #""X":{"type":"Compose","inputs":1,"runAfter":{"X":["Succeeded"]}}"#,
            "wait for each other",
            at: "/actions/X"
        ),
        Row(
            "circle",
            #""X":{"type":"Compose","inputs":1,"runAfter":{"Y":["Succeeded"]}},"Y":{"type":"Compose","inputs":1,"runAfter":{"X":["Succeeded"]}}"#,
            "'X', 'Y' wait for each other",
            at: "/actions/X"
        ),
        Row(
            "unknown status",
            after(#""X":{"type":"Compose","inputs":1,"runAfter":{"A":["Done"]}}"#),
            "The status 'Done'",
            at: "/actions/X/runAfter/A"
        ),
        Row(
            "status that is no list",
            after(#""X":{"type":"Compose","inputs":1,"runAfter":{"A":"Succeeded"}}"#),
            "must be an array of statuses",
            at: "/actions/X/runAfter/A"
        ),
        Row(
            "runAfter that is no object",
            after(#""X":{"type":"Compose","inputs":1,"runAfter":["A"]}"#),
            "'runAfter' must be an object",
            at: "/actions/X/runAfter"
        ),
        Row(
            "actions that are no object",
            #""S":{"type":"Scope","actions":[]}"#,
            "'actions' must be an object",
            at: "/actions/S/actions"
        ),
        Row(
            "else that is no object",
            #""I":{"type":"If","expression":"@true","actions":{},"else":[]}"#,
            "'else' must be an object",
            at: "/actions/I/else"
        ),
        Row(
            "Http without method",
            #""X":{"type":"Http","inputs":{"uri":"https://x"}}"#,
            "The required property 'method'",
            at: "/actions/X"
        ),
        Row(
            "Http without uri",
            #""X":{"type":"Http","inputs":{"method":"GET"}}"#,
            "The required property 'uri'",
            at: "/actions/X"
        ),
        Row(
            "ApiConnection without host",
            #""X":{"type":"ApiConnection","inputs":{"method":"get","path":"/a"}}"#,
            "The required property 'host.connection' or 'host.connectionName'",
            at: "/actions/X"
        ),
        Row(
            "Query without where",
            #""X":{"type":"Query","inputs":{"from":[]}}"#,
            "The required property 'where'",
            at: "/actions/X"
        ),
        Row(
            "Foreach without actions",
            #""X":{"type":"Foreach","foreach":[]}"#,
            "The required property 'actions'",
            at: "/actions/X"
        ),
        Row(
            "If without expression",
            #""X":{"type":"If","actions":{}}"#,
            "The required property 'expression'",
            at: "/actions/X"
        ),
        Row(
            "condition of two members",
            #""X":{"type":"If","expression":{"and":[],"or":[]},"actions":{}}"#,
            "exactly one member",
            at: "/actions/X/expression"
        ),
        Row(
            "unknown operator",
            #""X":{"type":"If","expression":{"matches":[1,2]},"actions":{}}"#,
            "The operator 'matches'",
            at: "/actions/X/expression/matches"
        ),
        Row(
            "three operands",
            #""X":{"type":"If","expression":{"not":{"equals":[1,2,3]}},"actions":{}}"#,
            "an array of two operands",
            at: "/actions/X/expression/not/equals"
        ),
        Row(
            "condition that is a number",
            #""X":{"type":"If","expression":1,"actions":{}}"#,
            "must be a text or an object",
            at: "/actions/X/expression"
        ),
        Row(
            "two equal cases",
            #""X":{"type":"Switch","expression":"a","cases":{"C":{"case":1,"actions":{}},"D":{"case":1,"actions":{}}}}"#,
            "is used twice",
            at: "/actions/X/cases/D/case"
        ),
        Row(
            "case without value",
            #""X":{"type":"Switch","expression":"a","cases":{"C":{"actions":{}}}}"#,
            "has no 'case'",
            at: "/actions/X/cases/C"
        ),
        Row(
            "column without value",
            #""X":{"type":"Table","inputs":{"format":"CSV","from":[],"columns":[{"header":"a"}]}}"#,
            "A column has no 'value'",
            at: "/actions/X/inputs/columns/0"
        ),
        Row(
            "unknown table format",
            #""X":{"type":"Table","inputs":{"format":"XLS","from":[]}}"#,
            "The value 'XLS' of the property 'format'",
            at: "/actions/X"
        ),
        Row(
            "unknown run status",
            #""X":{"type":"Terminate","inputs":{"runStatus":"Done"}}"#,
            "The value 'Done' of the property 'runStatus'",
            at: "/actions/X"
        ),
        Row(
            "unknown unit of waiting",
            #""X":{"type":"Wait","inputs":{"interval":{"count":1,"unit":"Fortnight"}}}"#,
            "The value 'Fortnight'",
            at: "/actions/X"
        ),
        Row(
            "Response with a redirect",
            #""X":{"type":"Response","inputs":{"statusCode":302}}"#,
            "The value '302' of the property 'statusCode'",
            at: "/actions/X"
        ),
        Row(
            "Response in a loop",
            #""L":{"type":"Foreach","foreach":[],"actions":{"X":{"type":"Response","inputs":{"statusCode":200}}}}"#,
            "'Response' that could not be nested under an action of type 'foreach'",
            at: "/actions/L/actions/X"
        ),
        Row(
            "Terminate in a loop",
            #""L":{"type":"Until","expression":"@true","actions":{"X":{"type":"Terminate","inputs":{"runStatus":"Failed"}}}}"#,
            "'Terminate' that could not be nested under an action of type 'until'",
            at: "/actions/L/actions/X"
        ),
        Row(
            "static result that is not there",
            #""X":{"type":"Compose","inputs":1,"runtimeConfiguration":{"staticResult":{"name":"S","staticResultOptions":"Enabled"}}}"#,
            "The static result 'S' is not defined",
            at: "/actions/X"
        ),
    ]

    static let settings: [Row] = [
        Row(
            "sequential and repetitions",
            #""L":{"type":"Foreach","foreach":[],"actions":{},"operationOptions":"sequential","runtimeConfiguration":{"concurrency":{"repetitions":2}}}"#,
            "cannot be used together",
            at: "/actions/L"
        ),
        Row(
            "retry count",
            #""X":{"type":"Http","inputs":{"method":"GET","uri":"u","retryPolicy":{"type":"fixed","count":91,"interval":"PT5S"}}}"#,
            "from 1 to 90",
            at: "/actions/X/inputs/retryPolicy"
        ),
        Row(
            "retry interval",
            #""X":{"type":"Http","inputs":{"method":"GET","uri":"u","retryPolicy":{"type":"fixed","count":9,"interval":"PT1S"}}}"#,
            "from PT5S to P1D",
            at: "/actions/X/inputs/retryPolicy"
        ),
        Row(
            "retry type",
            #""X":{"type":"Http","inputs":{"method":"GET","uri":"u","retryPolicy":{"type":"linear"}}}"#,
            "must be 'none', 'fixed' or 'exponential'",
            at: "/actions/X/inputs/retryPolicy"
        ),
        Row(
            "retry without interval",
            #""X":{"type":"Http","inputs":{"method":"GET","uri":"u","retryPolicy":{"type":"fixed","count":9}}}"#,
            "'interval' is missing",
            at: "/actions/X/inputs/retryPolicy"
        ),
        Row(
            "count of an Until",
            #""L":{"type":"Until","expression":"@true","actions":{},"limit":{"count":5001}}"#,
            "from 1 to 5000",
            at: "/actions/L/limit/count"
        ),
        Row(
            "timeout that is none",
            #""X":{"type":"Http","inputs":{"method":"GET","uri":"u"},"limit":{"timeout":"1 hour"}}"#,
            "ISO 8601 duration",
            at: "/actions/X/limit/timeout"
        ),
        Row(
            "secure data that is no list",
            #""X":{"type":"Compose","inputs":1,"runtimeConfiguration":{"secureData":{"properties":"inputs"}}}"#,
            "'secureData.properties' must be",
            at: "/actions/X/runtimeConfiguration"
        ),
        Row(
            "secured and tracked",
            #""X":{"type":"Compose","inputs":1,"trackedProperties":{"a":1},"runtimeConfiguration":{"secureData":{"properties":["inputs"]}}}"#,
            "secured inputs or outputs",
            at: "/actions/X/trackedProperties"
        ),
        Row(
            "too much tracked",
            "\"X\":{\"type\":\"Compose\",\"inputs\":1,\"trackedProperties\":{\"a\":\"\(String(repeating: "x", count: 16_000))\"}}",
            "more than 16000 characters",
            at: "/actions/X/trackedProperties"
        ),
        Row(
            "options that are a list",
            #""X":{"type":"Compose","inputs":1,"operationOptions":["Sequential"]}"#,
            "'operationOptions' must be a text",
            at: "/actions/X/operationOptions"
        ),
        Row(
            "repetitions that are no number",
            #""L":{"type":"Foreach","foreach":[],"actions":{},"runtimeConfiguration":{"concurrency":{"repetitions":"many"}}}"#,
            "'repetitions' must be a whole number",
            at: "/actions/L/runtimeConfiguration"
        ),
    ]

    static let variables: [Row] = [
        Row(
            "variable in a scope",
            #""S":{"type":"Scope","actions":{"V":{"type":"InitializeVariable","inputs":{"variables":[{"name":"v","type":"String"}]}}}}"#,
            "cannot be nested in an action of type 'S'",
            at: "/actions/S/actions/V",
            code: DiagnosticCode.invalidVariableInitialization
        ),
        Row(
            "variable twice",
            #""V":{"type":"InitializeVariable","inputs":{"variables":[{"name":"v","type":"String"},{"name":"V","type":"String"}]}}"#,
            "is initialized more than once",
            at: "/actions/V/inputs/variables/1"
        ),
        Row(
            "variable of unknown type",
            #""V":{"type":"InitializeVariable","inputs":{"variables":[{"name":"v","type":"Text"}]}}"#,
            "The type of the variable 'v'",
            at: "/actions/V/inputs/variables/0"
        ),
        Row(
            "variable without name",
            #""V":{"type":"InitializeVariable","inputs":{"variables":[{"type":"String"}]}}"#,
            "A variable has no 'name'",
            at: "/actions/V/inputs/variables/0"
        ),
        Row(
            "no variables",
            #""V":{"type":"InitializeVariable","inputs":{"variables":[]}}"#,
            "at least one variable",
            at: "/actions/V/inputs/variables"
        ),
        Row(
            "set of an unknown variable",
            #""X":{"type":"SetVariable","inputs":{"name":"v","value":1}}"#,
            "'v' must be initialized before it can be used inside action 'X'",
            at: "/actions/X",
            code: DiagnosticCode.invalidVariableOperation
        ),
        Row(
            "variable of a parallel branch",
            #""V":{"type":"InitializeVariable","inputs":{"variables":[{"name":"v","type":"String"}]}},"X":{"type":"Compose","inputs":"@variables('v')"}"#,
            "must be initialized before",
            at: "/actions/X/inputs",
            code: DiagnosticCode.invalidVariableOperation
        ),
        Row(
            "variables that refer to each other",
            #""V":{"type":"InitializeVariable","inputs":{"variables":[{"name":"v","type":"String"},{"name":"w","type":"String","value":"@variables('v')"}]}}"#,
            "must be initialized before",
            at: "/actions/V/inputs/variables/1/value",
            code: DiagnosticCode.invalidVariableOperation
        ),
        Row(
            "self reference",
            #""V":{"type":"InitializeVariable","inputs":{"variables":[{"name":"v","type":"String"}]}},"X":{"type":"SetVariable","inputs":{"name":"v","value":"@concat(variables('V'),'b')"},"runAfter":{"V":["Succeeded"]}}"#,
            "Self reference is not supported",
            at: "/actions/X/inputs/value",
            code: DiagnosticCode.invalidActionInputs
        ),
        Row(
            "an unknown variable in an output",
            first,
            more: #","outputs":{"o":{"type":"Int","value":"@variables('v')"}}"#,
            "is not initialized by any action",
            at: "/outputs/o/value"
        ),
    ]

    @Test(arguments: expressions + structure + settings + variables)
    func refused(_ row: Row) throws {
        let compilation = Definition.compile(try Support.definition(row.actions, more: row.more))
        #expect(compilation.definition == nil)
        let error = try #require(compilation.error)
        #expect(error.code == row.code)
        #expect(error.message.contains(row.message))
        #expect(error.pointer == row.pointer)
        #expect(compilation.diagnostics.allSatisfy { !$0.remedy.isEmpty })
    }

    /// Whole definitions that are refused.
    static let definitions: [(String, String, String)] = [
        ("[]", "the definition must be an object", ""),
        (#"{"triggers":[],"actions":{}}"#, "'triggers' must be an object", "/triggers"),
        (#"{"triggers":{},"actions":"none"}"#, "'actions' must be an object", "/actions"),
        (
            #"{"$schema":"https://x/schemas/2015-08-01-preview/workflowdefinition.json#","triggers":{},"actions":{}}"#,
            "is not supported", "/$schema"
        ),
        (#"{"$schema":5,"triggers":{},"actions":{}}"#, "'$schema' must be a text", "/$schema"),
        (#"{"triggers":{"t":{}},"actions":{}}"#, "The template trigger 't'", "/triggers/t"),
        (#"{"triggers":{"t":{"type":"Recurrence"}},"actions":{}}"#, "'recurrence' is missing", "/triggers/t"),
        (
            #"{"triggers":{"t":{"type":"Recurrence","recurrence":{"frequency":"Day","interval":501}}},"actions":{}}"#,
            "interval", "/triggers/t/recurrence/interval"
        ),
        (
            #"{"triggers":{"t":{"type":"Recurrence","recurrence":{"frequency":"Decade","interval":1}}},"actions":{}}"#,
            "frequency", "/triggers/t/recurrence/frequency"
        ),
        (
            #"{"triggers":{"t":{"type":"Recurrence","recurrence":{"frequency":"Day","interval":1,"timeZone":"Moon"}}},"actions":{}}"#,
            "Moon", "/triggers/t/recurrence/timeZone"
        ),
        (
            #"{"triggers":{"t":{"type":"Request","inputs":{"relativePath":"/a"}}},"actions":{}}"#,
            "requires the property 'method'", "/triggers/t"
        ),
        (
            #"{"triggers":{"t":{"type":"Request","conditions":{}}},"actions":{}}"#, "'conditions' must be an array",
            "/triggers/t/conditions"
        ),
        (
            #"{"triggers":{"t":{"type":"Request","conditions":[{}]}},"actions":{}}"#, "A condition has no 'expression'",
            "/triggers/t/conditions/0"
        ),
        (
            #"{"triggers":{"t":{"type":"Request","splitOn":"@body('A')"}},"actions":{}}"#,
            "is not expected at this location", "/triggers/t/splitOn"
        ),
        (
            #"{"triggers":{"t":{"type":"Http","inputs":{"method":"GET","uri":"@triggerBody()"},"recurrence":{"frequency":"Day","interval":1}}},"actions":{}}"#,
            "is not expected at this location", "/triggers/t/inputs/uri"
        ),
        (
            #"{"triggers":{"t":{"type":"Request","operationOptions":"SingleInstance","runtimeConfiguration":{"concurrency":{"runs":1}}}},"actions":{}}"#,
            "cannot be used together", "/triggers/t"
        ),
        (
            #"{"triggers":{"t":{"type":"Recurrence","recurrence":{"frequency":"Day","interval":1}}},"actions":{"R":{"type":"Response","inputs":{"statusCode":200}}}}"#,
            "allowed only in workflows with a trigger of type 'Request'", "/actions/R"
        ),
        (#"{"triggers":{"T":{"type":"Request"},"t":{"type":"Request"}},"actions":{}}"#, "is not unique", "/triggers/t"),
        (#"{"triggers":{},"actions":{},"parameters":{"p":{}}}"#, "has no 'type'", "/parameters/p"),
        (
            #"{"triggers":{},"actions":{},"parameters":{"p":{"type":"Text"}}}"#, "unknown type 'Text'",
            "/parameters/p/type"
        ),
        (
            #"{"triggers":{},"actions":{},"parameters":{"p":{"type":"Int","defaultValue":"1"}}}"#,
            "its value is of type 'String'", "/parameters/p"
        ),
        (
            #"{"triggers":{},"actions":{},"parameters":{"p":{"type":"Int"}}}"#,
            "has neither a value nor a default value", "/parameters/p"
        ),
        (
            #"{"triggers":{},"actions":{},"parameters":{"p":{"type":"Int","defaultValue":3,"allowedValues":[1,2]}}}"#,
            "not among its allowed values", "/parameters/p"
        ),
        (
            #"{"triggers":{},"actions":{},"outputs":{"o":{"type":"Int"}}}"#, "The required property 'value' is missing",
            "/outputs/o"
        ),
        (
            #"{"triggers":{},"actions":{},"staticResults":{"S":1}}"#, "The static result 'S' must be an object",
            "/staticResults/S"
        ),
    ]

    @Test(arguments: definitions)
    func refusedAsAWhole(_ text: String, _ message: String, _ pointer: String) throws {
        let compilation = Definition.compile(try Support.json(text))
        let error = try #require(compilation.error)
        #expect(error.message.contains(message))
        #expect(error.pointer == pointer)
    }

    /// Parameter values that are refused; secure ones are never shown.
    @Test(arguments: [
        (#"{"p":{"value":"x"},"q":{"value":1}}"#, "'q' are not declared"),
        (#"{"p":{"value":1}}"#, "its value is of type 'Integer'"),
        (#"{"p":{"valeu":"x"}}"#, "is given without 'value'"),
        (#"{"p":{"value":"geheim"}}"#, "not among its allowed values"),
    ])
    func refusedValues(_ values: String, _ message: String) throws {
        let json = try Support.json(
            #"{"triggers":{},"actions":{},"parameters":{"p":{"type":"SecureString","allowedValues":["x","y"]}}}"#
        )
        let compilation = Definition.compile(json, parameters: try #require(Support.json(values).objectValue))
        #expect(try #require(compilation.error).message.contains(message))
        #expect(compilation.diagnostics.allSatisfy { !$0.message.contains("geheim") && !$0.remedy.contains("geheim") })
    }

    /// Files that cannot be loaded.
    static let files: [(String, String, String)] = [
        ("", DiagnosticCode.invalidJSON, "The file is not JSON"),
        (#"{"a":"#, DiagnosticCode.invalidJSON, "The file is not JSON"),
        ("[1]", DiagnosticCode.unknownForm, "holds no object"),
        (#"{"hello":1}"#, DiagnosticCode.unknownForm, "no workflow in a known form"),
        (
            #"{"$schema":"https://x/deploymentParameters.json#","parameters":{}}"#, DiagnosticCode.unknownForm,
            "holds the parameters"
        ),
        (#"{"$schema":"https://x/deploymentTemplate.json#"}"#, DiagnosticCode.invalidDeployment, "has no 'resources'"),
        (#"{"resources":5}"#, DiagnosticCode.invalidDeployment, "must be an array or an object"),
        (#"{"resources":[{}]}"#, DiagnosticCode.invalidDeployment, "has no 'type'"),
        (
            #"{"resources":[{"type":"Microsoft.Logic/workflows","name":"a","properties":{}}]}"#,
            DiagnosticCode.invalidDeployment, "has no definition"
        ),
    ]

    @Test(arguments: files)
    func notLoaded(_ text: String, _ code: String, _ message: String) throws {
        let file = PlaybookFile.load(text: text)
        let error = try #require(file.diagnostics.first { $0.isError })
        #expect(error.code == code)
        #expect(error.message.contains(message))
        #expect(!error.remedy.isEmpty)
        #expect(ValidateReport([Validator().check(bytes: Array(text.utf8), name: "f")]).summary == "0 valid, 1 invalid")
    }

    /// Expressions of deployment templates that are broken.
    static let deployments: [(String, String)] = [
        ("[concat('a']", "expected ')'"),
        ("[concat('a]", "a text that does not end"),
        ("[concat('a') 'b']", "expected the end of the expression"),
        ("[nope('a')]", "The template function 'nope' is not valid"),
        ("[parameters('absent')]", "The template parameter 'absent' is not found"),
        ("[variables('absent')]", "The template variable 'absent' is not found"),
        ("[variables('circle')]", "circular reference"),
        ("[int('x')]", "cannot convert 'x'"),
        ("[div(1, 0)]", "overflows or divides by zero"),
        ("[substring('abc', 2, 5)]", "out of range"),
        ("[createArray(1)[3]]", "out of bounds"),
        ("[resourceGroup().nope]", "property 'nope' doesn't exist"),
        ("[toLower(1)]", "expects a text"),
        ("[toLower('a', 'b')]", "does not take 2 parameters"),
        ("[resourceId('x', 'y')]", "expects a resource type"),
        ("[resourceId('Microsoft.Web/connections', 'a', 'b')]", "needs 1 names"),
        ("[copyIndex()]", "no copy loop around it"),
        ("[json('{')]", "expects a text that is JSON"),
        ("[if(1, 2, 3)]", "expects a boolean"),
        ("[range(0, 100000)]", "a count from 0 to 10000"),
        ("[own.fn()]", "The template function 'own.fn' is not valid"),
        ("[format('{1}', 'a')]", "has no value for '{1}'"),
        ("[base64ToString('*')]", "a text in base64"),
    ]

    @Test(arguments: deployments)
    func brokenDeployment(_ expression: String, _ message: String) throws {
        let template: JSON = [
            "$schema": "deploymentTemplate.json", "variables": ["circle": "[variables('circle')]"],
            "resources": [
                [
                    "type": "Microsoft.Logic/workflows", "name": "w",
                    "properties": [
                        "definition": [
                            "triggers": [:], "actions": ["A": ["type": "Compose", "inputs": .string(expression)]],
                        ]
                    ],
                ]
            ],
        ]
        let file = PlaybookFile.load(text: template.text)
        let error = try #require(file.diagnostics.first { $0.isError })
        #expect(error.code == DiagnosticCode.invalidDeployment)
        #expect(error.message.contains(message))
        #expect(
            error.pointer.hasPrefix("/resources/0/properties/definition/actions/A/inputs")
                || error.pointer == "/variables/circle"
        )
    }

    @Test(arguments: [
        (#"{"nope":1}"#, "has no parameter 'nope'"),
        (#"{"p":"c"}"#, "not among its allowed values"),
        (#"{"q":"1"}"#, "it must be of type 'int'"),
    ])
    func brokenParameters(_ values: String, _ message: String) throws {
        let text = """
            {"$schema": "deploymentTemplate.json", "parameters": {"p": {"type": "string", "allowedValues": ["a", "b"]}, "q": {"type": "int"}},
             "resources": [{"type": "Microsoft.Logic/workflows", "name": "w", "properties": {"definition": {"triggers": {}, "actions": {
               "A": {"type": "Compose", "inputs": ["[parameters('p')]", "[parameters('q')]"]}}}}}]}
            """
        let file = PlaybookFile.load(text: text, parameters: try Support.json(values))
        #expect(file.diagnostics.contains { $0.isError && $0.message.contains(message) })
    }

    /// A template whose variables double `first` forty times.
    static func doubling(_ first: String) -> String {
        let doublings = (1...40).map { "\"v\($0)\": \"[concat(variables('v\($0 - 1)'), variables('v\($0 - 1)'))]\"" }
        let variables = (["\"v0\": \(first)"] + doublings).joined(separator: ", ")
        return "{\"variables\": {\(variables)}, \"resources\": [{\"type\": \"[variables('v40')]\", \"name\": \"n\"}]}"
    }

    static func deployments(_ depth: Int) -> String {
        guard depth > 0 else {
            return
                #"{"type":"Microsoft.Logic/workflows","name":"w","copy":{"name":"c","count":800},"properties":{"definition":{"triggers":{},"actions":{}}}}"#
        }
        let inner = deployments(depth - 1)
        return
            #"{"type":"Microsoft.Resources/deployments","name":"d","copy":{"name":"c\#(depth)","count":800},"properties":{"template":{"resources":[\#(inner)]}}}"#
    }

    /// Nothing that a stranger writes may bring the loader down or keep it busy.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            String(repeating: "[", count: 100_000),
            #"{"resources":[{"type":"Microsoft.Logic/workflows","copy":{"name":"c","count":99999999},"properties":{"definition":{}}}]}"#,
            #"{"triggers":{},"actions":"# + String(repeating: #"{"S":{"type":"Scope","actions":"#, count: 200) + "{}"
                + String(repeating: "}}", count: 200) + "}",
            #"{"variables":{"a":"["# + String(repeating: "concat(", count: 500) + String(repeating: ")", count: 500)
                + #"]"},"resources":[{"type":"[variables('a')]"}]}"#,
            doubling("\"x\""), doubling("[1]"), "{\"resources\":[\(deployments(3))]}",
            "{\"triggers\":{},\"actions\":{"
                + (0..<20_000).map {
                    #""A\#($0)":{"type":"Compose","inputs":1,"runAfter":{"A\#($0 + 1)":["Succeeded"]}}"#
                }.joined(separator: ",") + "}}",
            #"{"functions":[{"namespace":"n","members":{"f":{"parameters":[],"output":{"value":"[n.f()]"}}}}],"resources":[{"type":"[n.f()]"}]}"#,
        ]
    )
    func hostile(_ text: String) {
        let report = Validator().check(bytes: Array(text.utf8), name: "hostile")
        #expect(!report.isValid)
    }
}
