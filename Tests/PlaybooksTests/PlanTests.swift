import Expressions
import JSONTree
import Playbooks
import Testing

/// The plan that the engine executes.
struct PlanTests {
    static func compile(_ actions: String, more: String = "") throws -> Definition {
        let compilation = Definition.compile(try Support.definition(actions, more: more))
        #expect(compilation.error?.message == nil)
        return try #require(compilation.definition)
    }

    static let nested = """
        "First": {"type": "Compose", "inputs": 1},
        "Choice": {"type": "if", "expression": {"or": [{"equals": ["@outputs('first')", 1]}, {"not": {"contains": ["abc", "x"]}}]},
          "else": {"actions": {"No": {"type": "Compose", "inputs": 3}}},
          "actions": {"Yes": {"type": "Compose", "inputs": 2}, "Then": {"type": "Compose", "inputs": 2, "runAfter": {"yes": ["SUCCEEDED", "TimedOut"]}}},
          "runAfter": {"First": ["Succeeded"]}},
        "Pick": {"type": "Switch", "expression": "@string(1)", "cases": {
          "One": {"case": "1", "actions": {"C1": {"type": "Compose", "inputs": 1}}}, "Two": {"case": "2"}},
          "default": {"actions": {"D": {"type": "Compose", "inputs": 1}}}},
        "Each": {"type": "Foreach", "foreach": "@createArray(1)", "actions": {
          "Loop": {"type": "Until", "expression": "@equals(iterationIndexes('Loop'), 2)", "limit": {"count": 5, "timeout": "PT1M"}, "actions": {
            "In": {"type": "Compose", "inputs": "@items('Each')"}}}}, "runAfter": {"Choice": ["Failed"], "Pick": ["Succeeded"]}}
        """

    @Test func numbersFollowTheOrderOfAppearance() throws {
        let plan = try Self.compile(Self.nested)
        #expect(
            plan.actions.map(\.name) == [
                "First", "Choice", "Yes", "Then", "No", "Pick", "C1", "D", "Each", "Loop", "In",
            ]
        )
        #expect(plan.actions.enumerated().allSatisfy { $0.offset == $0.element.id.index })
        #expect(plan.node(named: "Choice")?.subtree == 2..<5)
        #expect(plan.node(named: "Each")?.subtree == 9..<11)
        #expect(plan.node(named: "In")?.subtree.isEmpty == true)
    }

    @Test func placesInContainers() throws {
        let plan = try Self.compile(Self.nested)
        let each = try #require(plan.node(named: "each"))
        let loop = try #require(plan.node(named: "LOOP"))
        let inner = try #require(plan.node(named: "In"))
        #expect(inner.parent == loop.id)
        #expect(inner.loops == [each.id, loop.id])
        #expect(inner.depth == 3)
        #expect(each.loops == [])
        #expect(try #require(plan.node(named: "No")).branch == .otherwise)
        #expect(try #require(plan.node(named: "C1")).branch == .case(0))
        #expect(try #require(plan.node(named: "Pick")).groups.map(\.branch) == [.case(0), .case(1), .default])
        #expect(try #require(plan.node(named: "Choice")).groups.map { $0.children.count } == [2, 1])
    }

    @Test func order() throws {
        let plan = try Self.compile(Self.nested)
        let first = try #require(plan.node(named: "First"))
        let choice = try #require(plan.node(named: "Choice"))
        let each = try #require(plan.node(named: "Each"))
        #expect(first.successors == [choice.id])
        #expect(!first.isLeaf)
        #expect(each.isLeaf)
        #expect(plan.root.roots.map { plan[$0].name } == ["First", "Pick"])
        #expect(plan.root.leaves == [each.id])
        #expect(each.runAfter.map(\.statuses) == [.failed, .succeeded])
        let then = try #require(plan.node(named: "Then"))
        #expect(then.runAfter.first?.statuses == [.succeeded, .timedOut])
        #expect(then.runAfter.first?.statuses.words == ["Succeeded", "TimedOut"])
    }

    @Test func controlParts() throws {
        let plan = try Self.compile(Self.nested)
        guard case .or(let parts) = try #require(plan.node(named: "Choice")).condition,
            case .comparison(.equals, _, let right) = parts[0],
            case .not(.comparison(.contains, _, _)) = parts[1]
        else {
            Issue.record("The condition has another shape.")
            return
        }
        #expect(right.constant == 1)
        let pick = try #require(plan.node(named: "Pick"))
        #expect(pick.cases.map(\.name) == ["One", "Two"])
        #expect(pick.cases.map(\.value.constant) == ["1", "2"])
        let loop = try #require(plan.node(named: "Loop"))
        #expect(loop.limitCount?.constant == 5)
        #expect(loop.limitTimeout?.constant == "PT1M")
        #expect(loop.expressionText == "@equals(iterationIndexes('Loop'), 2)")
        #expect(plan.node(named: "Each")?.repetitions == 20)
    }

    @Test func perItemTemplatesAreNoInputs() throws {
        let plan = try Self.compile(
            """
            "Q": {"type": "Query", "inputs": {"from": [1], "where": "@greater(item(), 0)"}},
            "S": {"type": "Select", "inputs": {"from": [1], "select": {"a": "@item()"}}},
            "T": {"type": "Table", "inputs": {"format": "CSV", "from": [1], "columns": [{"header": "H", "value": "@item()"}, {"value": 1}]}},
            "U": {"type": "Table", "inputs": {"format": "html", "from": [1]}}
            """
        )
        #expect(plan.node(named: "Q")?.inputs?.constant == ["from": [1]])
        #expect(plan.node(named: "S")?.inputs?.constant == ["from": [1]])
        #expect(plan.node(named: "T")?.inputs?.constant == ["format": "CSV", "from": [1]])
        #expect(plan.node(named: "T")?.perItem?.templates.count == 3)
        #expect(plan.node(named: "U")?.perItem == nil)
        #expect(plan.node(named: "Q")?.rawInputs?["where"] == "@greater(item(), 0)")
    }

    @Test func webhooks() throws {
        let plan = try Self.compile(
            """
            "W": {"type": "HttpWebhook", "inputs": {"subscribe": {"method": "POST", "uri": "https://x", "body": "@listCallbackUrl()",
              "retryPolicy": {"type": "none"}}, "unsubscribe": {"method": "DELETE", "uri": "@{action()?['outputs']?['body']}"}}}
            """
        )
        let node = try #require(plan.node(named: "W"))
        #expect(node.unsubscribe != nil)
        #expect(node.inputs?.calls.map(\.name) == ["listCallbackUrl"])
        #expect(node.retryPolicy == .literal(.never))
    }

    @Test func settings() throws {
        let plan = try Self.compile(
            """
            "H": {"type": "Http", "inputs": {"method": "GET", "uri": "https://x", "retryPolicy": {"type": "Fixed", "count": 3, "interval": "PT30S"}},
              "operationOptions": "DisableAsyncPattern, suppressworkflowheaders", "limit": {"timeout": "PT5M"},
              "runtimeConfiguration": {"paginationPolicy": {"minimumItemCount": 500}, "contentTransfer": {"transferMode": "Chunked"},
              "staticResult": {"name": "s", "staticResultOptions": "Enabled"}}},
            "J": {"type": "Http", "inputs": {"method": "GET", "uri": "https://x", "retryPolicy": "@body('H')"}, "runAfter": {"H": ["Succeeded"]}},
            "L": {"type": "Foreach", "foreach": "@createArray(1)", "actions": {}, "operationOptions": "Sequential"},
            "M": {"type": "Foreach", "foreach": "@createArray(1)", "actions": {}, "runtimeConfiguration": {"concurrency": {"repetitions": 50}}}
            """,
            more:
                #","staticResults":{"S":{"status":"Failed","code":"BadRequest","outputs":{"statusCode":"BadRequest"}}}"#
        )
        let node = try #require(plan.node(named: "H"))
        #expect(node.options == [.disableAsyncPattern, .suppressWorkflowHeaders])
        #expect(node.runtime.minimumItemCount == 500)
        #expect(node.runtime.isChunked)
        #expect(node.runtime.staticResult == "s")
        #expect(plan.staticResult(named: "s")?.status == "Failed")
        guard case .literal(let policy) = node.retryPolicy else {
            Issue.record("The retry policy is literal.")
            return
        }
        #expect(policy.kind == .fixed)
        #expect(policy.waitRange(beforeRetry: 3) == 300_000_000...300_000_000)
        #expect(plan.node(named: "J")?.retryPolicy == .evaluated)
        #expect(plan.node(named: "L")?.repetitions == 1)
        #expect(plan.node(named: "M")?.repetitions == 50)
    }

    /// The waits of section 8: the range doubles, held to minimum and maximum.
    @Test(arguments: [
        (1, 50_000_000, 75_000_000), (2, 75_000_000, 150_000_000), (3, 150_000_000, 300_000_000),
        (4, 300_000_000, 450_000_000),
    ])
    func standardRetryWaits(_ number: Int, _ lower: Int64, _ upper: Int64) {
        #expect(RetryPolicy.standard.waitRange(beforeRetry: number) == lower...upper)
        #expect(RetryPolicy.never.waitRange(beforeRetry: number) == 0...0)
    }

    @Test func variables() throws {
        let plan = try Self.compile(
            """
            "V": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "a", "type": "integer", "value": 1}, {"name": "b", "type": "Object"}]}},
            "X": {"type": "IncrementVariable", "inputs": {"name": "A"}, "runAfter": {"V": ["Succeeded"]}}
            """
        )
        #expect(plan.variables.map(\.name) == ["a", "b"])
        #expect(plan.variables.map(\.type) == [.integer, .object])
        #expect(plan.node(named: "V")?.initializes == [0, 1])
        #expect(plan.node(named: "X")?.variable == 0)
        #expect(plan.variableIndex(named: "B") == 1)
    }

    @Test func references() throws {
        let plan = try Self.compile(
            """
            "A": {"type": "Compose", "inputs": 1},
            "B": {"type": "Compose", "inputs": 1},
            "S": {"type": "Scope", "actions": {"In": {"type": "Compose", "inputs": "@outputs('A')"}}, "runAfter": {"A": ["Succeeded"]}},
            "R": {"type": "Query", "inputs": {"from": "@result('S')", "where": "@equals(item()['status'],'Failed')"}, "runAfter": {"S": ["Succeeded"]}},
            "J": {"type": "JavaScriptCode", "inputs": {"code": "return workflowContext.actions.B.outputs;"}, "runAfter": {"B": ["Succeeded"]}}
            """
        )
        #expect(plan.referencedActions.map { plan[$0].name } == ["A", "B", "S", "In"])
        #expect(plan.resultScopes.map { plan[$0].name } == ["S"])
        #expect(!plan.hasDynamicReferences)
        #expect(plan.node(named: "R")?.isReferenced == false)
        #expect(plan.node(named: "S")?.isResultScope == true)
    }

    @Test func computedReferencesKeepEverything() throws {
        let plan = try Self.compile(
            #""A":{"type":"Compose","inputs":1},"X":{"type":"Compose","inputs":"@outputs(triggerBody())","runAfter":{"A":["Succeeded"]}}"#
        )
        #expect(plan.hasDynamicReferences)
        #expect(plan.actions.allSatisfy { $0.isReferenced })
    }

    /// Section 11.1: who uses secured data is hidden too, as far as the direct user.
    @Test func secureDataSpreads() throws {
        let plan = try Self.compile(
            """
            "I": {"type": "Http", "inputs": {"method": "GET", "uri": "u"}, "runtimeConfiguration": {"secureData": {"properties": ["inputs"]}}},
            "O": {"type": "Http", "inputs": {"method": "GET", "uri": "u"}, "runtimeConfiguration": {"secureData": {"properties": ["outputs"]}}},
            "UseI": {"type": "Http", "inputs": {"method": "POST", "uri": "u", "body": "@body('I')"}, "runAfter": {"I": ["Succeeded"]}},
            "UseO": {"type": "Compose", "inputs": "@body('O')", "runAfter": {"O": ["Succeeded"]}},
            "Further": {"type": "Compose", "inputs": "@body('UseI')", "runAfter": {"UseI": ["Succeeded"]}},
            "C": {"type": "Compose", "inputs": 1, "runtimeConfiguration": {"secureData": {"properties": ["inputs"]}}}
            """
        )
        let hidden = plan.actions.map { node in (node.hidesInputs ? "i" : "") + (node.hidesOutputs ? "o" : "") }
        #expect(hidden == ["i", "o", "i", "io", "", "io"])
    }

    @Test func triggers() throws {
        let json = try Support.json(
            """
            {"parameters": {"n": {"type": "Int", "defaultValue": 3}}, "actions": {}, "triggers": {
             "every": {"type": "recurrence", "recurrence": {"frequency": "Minute", "interval": "@parameters('n')"}, "conditions": [{"expression": "@equals(1, 1)"}]},
             "call": {"type": "Manual", "kind": "Http", "inputs": {"method": "post", "relativePath": "/a/{b}", "schema": {"properties": {"@@odata.type": {}}}},
              "operationOptions": "EnableSchemaValidation", "splitOn": "@triggerBody()", "correlation": {"clientTrackingId": "@{triggerBody()?['id']}"},
              "runtimeConfiguration": {"concurrency": {"runs": 5}}},
             "hook": {"type": "ApiConnectionWebhook", "splitOn": "@autoload()", "inputs": {"path": "/incident-creation",
              "body": {"callback_url": "@{listCallbackUrl()}"}, "host": {"connection": {"name": "@parameters('$connections')?['azuresentinel']['connectionId']"}}}}
            }}
            """
        )
        let withConnections = json.objectValue.map { object in
            var object = object
            object["parameters"] = [
                "n": ["type": "Int", "defaultValue": 3], "$connections": ["type": "Object", "defaultValue": [:]],
            ]
            return JSON.object(object)
        }
        let compilation = Definition.compile(try #require(withConnections))
        #expect(compilation.error?.message == nil)
        let plan = try #require(compilation.definition)
        let every = try #require(plan.trigger(named: "EVERY"))
        #expect(every.recurrenceValue == ["frequency": "Minute", "interval": 3])
        #expect(every.conditions.count == 1)
        let call = try #require(plan.trigger(named: "call"))
        #expect(call.type == .request)
        #expect(call.method == "POST")
        #expect(call.relativePath == "/a/{b}")
        #expect(call.schema == ["properties": ["@odata.type": [:]]])
        #expect(call.options == .enableSchemaValidation)
        #expect(call.splitOn != nil)
        #expect(call.clientTrackingID != nil)
        #expect(call.maximumRuns == 5)
        #expect(call.maximumWaitingRuns == 15)
        let hook = try #require(plan.trigger(named: "hook"))
        #expect(hook.splitOn == nil)
        #expect(hook.connection?.style == .managed)
        #expect(hook.connection?.key == "azuresentinel")
    }

    @Test(arguments: [
        (
            #"{"host":{"connection":{"name":"@parameters('$connections')['a']['connectionId']"}}}"#,
            ConnectionReference.Style.managed, "a"
        ),
        (#"{"host":{"connection":{"name":"@{parameters('$connections').b.connectionId}"}}}"#, .managed, "b"),
        (#"{"host":{"connection":{"name":"/subscriptions/x"}}}"#, .identifier, "/subscriptions/x"),
        (#"{"host":{"connection":{"referenceName":"c"}}}"#, .reference, "c"),
        (#"{"host":{"connectionName":"d","apiId":"/apis/x"}}"#, .reference, "d"),
        (#"{"serviceProviderConfiguration":{"connectionName":"e","serviceProviderId":"/p/x"}}"#, .serviceProvider, "e"),
    ])
    func connections(_ inputs: String, _ style: ConnectionReference.Style, _ key: String) throws {
        let compilation = Definition.compile(
            try Support.definition(
                #""X":{"type":"OtherThing","inputs":\#(inputs)}"#,
                more: #","parameters":{"$connections":{"type":"Object","defaultValue":{}}}"#
            )
        )
        let node = try #require(compilation.definition?.node(named: "X"))
        #expect(node.connection?.style == style)
        #expect(node.connection?.key == key)
    }

    /// Playbooks that run answer the callbacks of webhook triggers, and look into the last iteration of an Until.
    @Test func whatRealPlaybooksDoIsTaken() throws {
        let json = try Support.json(
            """
            {"triggers": {"hook": {"type": "HttpWebhook", "inputs": {"subscribe": {"method": "POST", "uri": "https://x"}}}}, "actions": {
              "R": {"type": "Response", "inputs": {"statusCode": 200}},
              "U": {"type": "Until", "expression": "@equals(outputs('In'), 1)", "actions": {"In": {"type": "Compose", "inputs": 1}}},
              "X": {"type": "Compose", "inputs": "@outputs('In')", "runAfter": {"U": ["Succeeded"]}},
              "F": {"type": "Foreach", "foreach": "@createArray(1)", "actions": {"Many": {"type": "Compose", "inputs": 1}}},
              "Y": {"type": "Compose", "inputs": "@outputs('Many')", "runAfter": {"F": ["Succeeded"]}}}}
            """
        )
        let compilation = Definition.compile(json)
        #expect(compilation.error?.message == nil)
        #expect(compilation.diagnostics.map(\.code) == [DiagnosticCode.suspicious, DiagnosticCode.referenceIntoLoop])
        #expect(compilation.diagnostics.map(\.pointer) == ["/actions/R", "/actions/Y/inputs"])
    }

    @Test func unknownTypesAreTaken() throws {
        let compilation = Definition.compile(try Support.definition(#""X":{"type":"RosettaNetEncode","inputs":{}}"#))
        #expect(compilation.definition?.node(named: "X")?.type == .unknown("RosettaNetEncode"))
        #expect(compilation.diagnostics.map(\.code) == [DiagnosticCode.unsupportedType])
    }

    /// Limits of section 16: at the limit it is taken, one more is refused.
    @Test(arguments: [
        ("actions", 500), ("triggers", 10), ("parameters", 50), ("outputs", 10), ("variables", 250), ("cases", 25),
    ])
    func limits(_ what: String, _ limit: Int) throws {
        #expect(Definition.compile(try Self.sized(what, limit)).error?.message == nil)
        #expect(
            Definition.compile(try Self.sized(what, limit + 1)).error?.message.contains("The limit is \(limit)") == true
        )
    }

    static func sized(_ what: String, _ count: Int) throws -> JSON {
        func list(_ make: (Int) -> String) -> String { (0..<count).map(make).joined(separator: ",") }
        switch what {
        case "actions": return try Support.definition(list { #""A\#($0)":{"type":"Compose","inputs":1}"# })
        case "triggers":
            return try Support.json("{\"actions\":{},\"triggers\":{\(list { #""T\#($0)":{"type":"Request"}"# })}}")
        case "parameters":
            return try Support.definition(
                "",
                more: ",\"parameters\":{\(list { #""p\#($0)":{"type":"Int","defaultValue":1}"# })}"
            )
        case "outputs":
            return try Support.definition("", more: ",\"outputs\":{\(list { #""o\#($0)":{"type":"Int","value":1}"# })}")
        case "variables":
            let variables = list { #"{"name":"v\#($0)","type":"Integer"}"# }
            return try Support.definition(
                "\"V\":{\"type\":\"InitializeVariable\",\"inputs\":{\"variables\":[\(variables)]}}"
            )
        default:
            let cases = list { #""C\#($0)":{"case":\#($0),"actions":{}}"# }
            return try Support.definition(
                "\"S\":{\"type\":\"Switch\",\"expression\":1,\"cases\":{\(cases)},\"default\":{\"actions\":{}}}"
            )
        }
    }
}
