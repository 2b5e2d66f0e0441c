import Durable
import Engine
import JSONTree
import Moments

/// A playbook of the golden table, with what happens to its runs.
struct GoldenPlaybook: Sendable {
    var name: String
    var definition: JSON
    /// The trigger's body of each run; the runs begin a minute after each other.
    var bodies: [JSON] = [["n": 2, "items": [1, 2, 3]]]
    /// What is delivered to the first run, and when.
    var inputs: [(after: TimeSpan, input: RunInput)] = []
    var isQueued = false

    init(
        _ name: String,
        _ actions: JSON,
        bodies: [JSON] = [["n": 2, "items": [1, 2, 3]]],
        inputs: [(after: TimeSpan, input: RunInput)] = [],
        isQueued: Bool = false,
        more: JSONObject = JSONObject()
    ) {
        self.name = name
        self.bodies = bodies
        self.inputs = inputs
        self.isQueued = isQueued
        var definition = more
        definition["triggers"] = ["manual": ["type": "Request", "kind": "Http", "inputs": [:]]]
        definition["actions"] = actions
        self.definition = .object(definition)
    }
}

/// Every kind of event, every family of actions, every way to wait.
enum GoldenTable {
    static let start = Timestamp(iso8601: "2026-03-02T09:00:00Z") ?? .unixEpoch

    private static func call(
        _ uri: String = "https://a.example/",
        body: JSON = "@triggerBody()",
        after: String? = nil
    ) -> JSON {
        var action: JSONObject = ["type": "Http", "inputs": ["method": "POST", "uri": .string(uri), "body": body]]
        if let after { action["runAfter"] = [after: ["Succeeded"]] }
        return .object(action)
    }

    private static func after(_ name: String, _ action: JSON, _ statuses: JSON = ["Succeeded"]) -> JSON {
        var object = action.objectValue ?? JSONObject()
        object["runAfter"] = .object(JSONObject([(name, statuses)]))
        return .object(object)
    }

    private static let webhook: JSON = [
        "type": "HttpWebhook",
        "inputs": [
            "subscribe": ["method": "POST", "uri": "https://hook.example/", "body": ["url": "@listCallbackUrl()"]],
            "unsubscribe": ["method": "DELETE", "uri": "@{action()?['outputs']?['headers']?['Location']}"],
        ],
    ]

    private static let connection: JSON = ["connection": ["name": "/subscriptions/s/connections/tickets"]]

    static let playbooks: [GoldenPlaybook] = [
        GoldenPlaybook(
            "variables",
            [
                "Init": [
                    "type": "InitializeVariable",
                    "inputs": [
                        "variables": [
                            ["name": "count", "type": "Integer", "value": 1], ["name": "List", "type": "Array"],
                            ["name": "text", "type": "String", "value": "a"], ["name": "box", "type": "Object"],
                        ]
                    ],
                ],
                "Set": after(
                    "Init",
                    ["type": "SetVariable", "inputs": ["name": "box", "value": ["k": "@triggerBody()"]]]
                ),
                "More": after("Set", ["type": "IncrementVariable", "inputs": ["name": "count", "value": 4]]),
                "Less": after("More", ["type": "DecrementVariable", "inputs": ["name": "count"]]),
                "Element": after(
                    "Less",
                    ["type": "AppendToArrayVariable", "inputs": ["name": "list", "value": ["x": 1]]]
                ),
                "Text": after(
                    "Element",
                    ["type": "AppendToStringVariable", "inputs": ["name": "text", "value": "b"]]
                ),
                "Nap": after("Text", ["type": "Wait", "inputs": ["interval": ["count": 1, "unit": "Hour"]]]),
                "Show": after(
                    "Nap",
                    [
                        "type": "Compose",
                        "inputs": "@concat(variables('text'), variables('count'), string(variables('list')))",
                    ]
                ),
            ]
        ),
        GoldenPlaybook(
            "data",
            [
                "Compose": [
                    "type": "Compose",
                    "inputs": ["guid": "@guid()", "now": "@utcNow()", "big": 9_007_199_254_740_993, "nil": .null],
                ],
                "Marked": ["type": "Compose", "inputs": ["$sealed": "no secret at all"]],
                "Parse": ["type": "ParseJson", "inputs": ["content": "{\"a\":[1,2.50]}", "schema": [:]]],
                "Query": [
                    "type": "Query", "inputs": ["from": "@triggerBody()['items']", "where": "@greater(item(), 1)"],
                ],
                "Select": [
                    "type": "Select", "inputs": ["from": "@triggerBody()['items']", "select": ["v": "@item()"]],
                ],
                "Table": ["type": "Table", "inputs": ["from": [["a": 1, "b": "x"]], "format": "CSV"]],
                "Join": ["type": "Join", "inputs": ["from": ["a", "b"], "joinWith": ";"]],
                "Time": [
                    "type": "Expression", "kind": "AddToTime",
                    "inputs": ["baseTime": "2026-01-01T00:00:00Z", "interval": 1, "timeUnit": "Day"],
                ],
                "Script": ["type": "JavaScriptCode", "inputs": ["code": "return 1;"]],
                "Answer": [
                    "type": "Response", "kind": "Http",
                    "runAfter": ["Join": ["Succeeded"], "Script": ["Succeeded"], "Query": ["Succeeded"]],
                    "inputs": ["statusCode": 201, "headers": ["x-a": "b"], "body": "@body('Query')"],
                ],
            ],
            more: ["outputs": ["joined": ["type": "String", "value": "@body('Join')"]]]
        ),
        GoldenPlaybook(
            "branches",
            [
                "If": [
                    "type": "If", "expression": "@equals(triggerBody()['n'], 2)",
                    "actions": ["Yes": call(), "Then": call(after: "Yes")],
                    "else": ["actions": ["No": call()]],
                ],
                "Other": [
                    "type": "If", "expression": "@equals(triggerBody()['n'], 3)", "runAfter": ["If": ["Succeeded"]],
                    "actions": ["A": call()], "else": ["actions": ["B": call()]],
                ],
                "Switch": [
                    "type": "Switch", "expression": "@triggerBody()['n']", "runAfter": ["Other": ["Succeeded"]],
                    "cases": [
                        "One": ["case": 1, "actions": ["C1": call()]], "Two": ["case": 2, "actions": ["C2": call()]],
                    ],
                    "default": ["actions": ["D": call()]],
                ],
                "Empty": [
                    "type": "Switch", "expression": "none", "runAfter": ["Switch": ["Succeeded"]],
                    "cases": ["One": ["case": "x", "actions": ["E": call()]]],
                ],
                "Try": [
                    "type": "Scope", "runAfter": ["Empty": ["Succeeded"]],
                    "actions": ["Bad": ["type": "Compose", "inputs": "@div(1, 0)"], "Never": call(after: "Bad")],
                ],
                "Catch": [
                    "type": "Compose", "inputs": "@result('Try')", "runAfter": ["Try": ["Failed", "TimedOut"]],
                    "trackedProperties": ["seen": "@action()['name']"],
                ],
                "Skip": after("Catch", call(), ["Failed"]),
            ]
        ),
        GoldenPlaybook(
            "loops",
            [
                "Sum": [
                    "type": "InitializeVariable",
                    "inputs": ["variables": [["name": "n", "type": "Integer", "value": 0]]],
                ],
                "Each": [
                    "type": "Foreach", "foreach": "@triggerBody()['items']", "runAfter": ["Sum": ["Succeeded"]],
                    "runtimeConfiguration": ["concurrency": ["repetitions": 2]],
                    "actions": [
                        "Inner": [
                            "type": "Foreach", "foreach": "@createArray(1, 2)",
                            "actions": ["Call": call(body: "@add(items('Each'), item())")],
                        ],
                        "Check": [
                            "type": "If", "expression": "@greater(items('Each'), 1)",
                            "runAfter": ["Inner": ["Succeeded"]],
                            "actions": [
                                "Nap": ["type": "Wait", "inputs": ["interval": ["count": 1, "unit": "Minute"]]]
                            ],
                        ],
                    ],
                ],
                "Until": [
                    "type": "Until", "expression": "@equals(variables('n'), 3)",
                    "limit": ["count": 9, "timeout": "P9D"],
                    "runAfter": ["Each": ["Succeeded"]],
                    "actions": [
                        "Add": ["type": "IncrementVariable", "inputs": ["name": "n"]],
                        "Ask": call(body: "@variables('n')", after: "Add"),
                        "Part": [
                            "type": "Scope", "runAfter": ["Ask": ["Succeeded"]],
                            "actions": ["Deep": ["type": "Compose", "inputs": "@iterationIndexes('Until')"]],
                        ],
                    ],
                ],
                "After": [
                    "type": "Compose", "runAfter": ["Until": ["Succeeded"]],
                    "inputs": ["ask": "@body('Ask')", "deep": "@outputs('Deep')", "all": "@result('Each')"],
                ],
                "Late": after("After", call(body: "@body('Ask')")),
            ]
        ),
        GoldenPlaybook(
            "calls",
            [
                "Flaky": call("https://flaky.example/"), "Silent": call("https://silent.example/", after: "Flaky"),
                "Long": call("https://long.example/", after: "Silent"),
                "Paged": [
                    "type": "ApiConnection", "runAfter": ["Long": ["Succeeded"]],
                    "inputs": ["host": connection, "method": "get", "path": "/items"],
                    "runtimeConfiguration": ["paginationPolicy": ["minimumItemCount": 4]],
                ],
                "Missing": call("https://missing.example/", after: "Paged"),
                "Refused": after("Missing", call("https://refused.example/"), ["Failed"]),
                "Child": after(
                    "Refused",
                    [
                        "type": "Workflow",
                        "inputs": [
                            "host": ["triggerName": "manual", "workflow": ["id": "/workflows/child"]], "body": 1,
                        ],
                    ],
                    ["Failed"]
                ),
                "Function": after(
                    "Child",
                    ["type": "Function", "inputs": ["function": ["id": "/sites/s/functions/f"], "body": 2]]
                ),
                "Batch": after(
                    "Function",
                    [
                        "type": "SendToBatch",
                        "inputs": [
                            "batchName": "b", "content": "c",
                            "host": ["triggerName": "batch", "workflow": ["id": "/workflows/batch"]],
                        ],
                    ]
                ),
                "Mocked": after(
                    "Batch",
                    [
                        "type": "Http", "inputs": ["method": "GET", "uri": "https://never.example/"],
                        "runtimeConfiguration": ["staticResult": ["name": "mock", "staticResultOptions": "Enabled"]],
                    ]
                ),
            ],
            more: [
                "staticResults": [
                    "mock": ["status": "Succeeded", "outputs": ["statusCode": "OK", "body": ["mocked": true]]]
                ]
            ]
        ),
        GoldenPlaybook(
            "large",
            [
                "Large": call(), "Keep": after("Large", ["type": "Compose", "inputs": "@body('Large')"]),
                "End": call(body: "@length(string(outputs('Keep')))", after: "Keep"),
            ]
        ),
        GoldenPlaybook(
            "webhook",
            ["Hook": webhook, "End": call(body: "@body('Hook')", after: "Hook")],
            inputs: [(.hours(1), .callback(1, ["headers": ["a": "b"], "body": ["ok": true]]))]
        ),
        GoldenPlaybook(
            "webhook-timeout",
            [
                "Hook": JSON.object((webhook.objectValue ?? JSONObject()).setting("limit", ["timeout": "PT10M"])),
                "End": after("Hook", call(), ["TimedOut"]),
            ]
        ),
        GoldenPlaybook(
            "webhook-cancelled",
            ["Hook": webhook, "Box": ["type": "Scope", "actions": ["Other": webhook]]],
            inputs: [(.hours(2), .cancel)]
        ),
        GoldenPlaybook(
            "connection-webhook",
            [
                "Mail": [
                    "type": "ApiConnectionWebhook",
                    "inputs": [
                        "host": connection, "path": "/approvalmail",
                        "body": ["NotificationUrl": "@{listCallbackUrl()}"],
                    ],
                ],
                "End": call(body: "@body('Mail')", after: "Mail"),
            ],
            inputs: [(.minutes(3), .callback(1, ["body": ["SelectedOption": "Approve"]]))]
        ),
        GoldenPlaybook(
            "key",
            ["Ticket": call(), "End": call(body: "@body('Ticket')", after: "Ticket")],
            bodies: [1, 2]
        ),
        GoldenPlaybook(
            "key-looked-up",
            ["Slow_ticket": call(), "End": call(body: "@body('Slow_ticket')", after: "Slow_ticket")],
            bodies: [1, 2]
        ),
        GoldenPlaybook(
            "unknown-happened",
            ["Lost": call(), "End": call(after: "Lost")],
            inputs: [(.hours(5), .settle(1, .happened(["statusCode": 200, "body": "it did"])))]
        ),
        GoldenPlaybook(
            "unknown-failed",
            ["Lost": call(), "End": after("Lost", call(), ["Failed"])],
            inputs: [(.hours(5), .settle(1, .failed))]
        ),
        GoldenPlaybook(
            "secured",
            [
                "Secret": [
                    "type": "Http",
                    "inputs": ["method": "POST", "uri": "https://s.example/", "body": "golden-secret-input"],
                    "runtimeConfiguration": ["secureData": ["properties": ["inputs", "outputs"]]],
                ],
                "Use": [
                    "type": "Compose", "inputs": "@body('Secret')", "runAfter": ["Secret": ["Succeeded"]],
                    "runtimeConfiguration": ["secureData": ["properties": ["inputs"]]],
                ],
                "Login": [
                    "type": "Http", "runAfter": ["Use": ["Succeeded"]],
                    "inputs": [
                        "method": "GET", "uri": "https://s.example/",
                        "authentication": ["type": "Basic", "username": "u", "password": "golden-secret-password"],
                    ],
                ],
            ]
        ),
        GoldenPlaybook(
            "terminated",
            [
                "Box": [
                    "type": "Scope",
                    "actions": ["Nap": ["type": "Wait", "inputs": ["interval": ["count": 2, "unit": "Day"]]]],
                ],
                "Pause": ["type": "Wait", "inputs": ["interval": ["count": 1, "unit": "Hour"]]],
                "Stop": after(
                    "Pause",
                    [
                        "type": "Terminate",
                        "inputs": ["runStatus": "Failed", "runError": ["code": "E42", "message": "stop here"]],
                    ]
                ),
            ]
        ),
        GoldenPlaybook("queued", ["One": call()], inputs: [(.minutes(7), .admit)], isQueued: true),
        GoldenPlaybook("limited", ["Hang": ["type": "Wait", "inputs": ["interval": ["count": 20, "unit": "Day"]]]]),
        GoldenPlaybook(
            "broken",
            [
                "Bad": ["type": "Http", "inputs": ["method": "GET", "uri": "@triggerBody()['no']['such']"]],
                "None": ["type": "FlatFileEncoding", "inputs": [:], "runAfter": ["Bad": ["Failed"]]],
            ]
        ),
    ]
}

extension JSONObject {
    func setting(_ name: String, _ value: JSON) -> JSONObject {
        var copy = self
        copy[name] = value
        return copy
    }
}
