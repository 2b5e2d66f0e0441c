import JSONTree

/// The workflows that the benchmarks run.
enum BenchmarkPlaybooks {
    /// Five actions that compute, one after the other.
    static let five: JSON = [
        "A": ["type": "Compose", "inputs": ["alert": "@triggerBody()?['id']", "severity": "high"]],
        "B": [
            "type": "Compose", "inputs": "@concat('alert ', outputs('A')?['alert'])", "runAfter": ["A": ["Succeeded"]],
        ],
        "C": ["type": "Compose", "inputs": "@toUpper(outputs('B'))", "runAfter": ["B": ["Succeeded"]]],
        "D": ["type": "Compose", "inputs": "@length(outputs('C'))", "runAfter": ["C": ["Succeeded"]]],
        "E": ["type": "Compose", "inputs": "@add(outputs('D'), 1)", "runAfter": ["D": ["Succeeded"]]],
    ]

    /// Answers the caller.
    static let responding: JSON = [
        "Note": ["type": "Compose", "inputs": "@concat('alert ', triggerBody()?['id'])"],
        "Answer": [
            "type": "Response", "kind": "Http", "inputs": ["statusCode": 200, "body": ["note": "@outputs('Note')"]],
            "runAfter": ["Note": ["Succeeded"]],
        ],
    ]

    /// One action that computes.
    static let one: JSON = ["A": ["type": "Compose", "inputs": "@triggerBody()?['id']"]]

    /// Five calls, one after the other.
    static func calls(port: Int) -> JSON {
        var actions = JSONObject()
        for number in 1...5 {
            actions["Call_\(number)"] = [
                "type": "Http",
                "inputs": [
                    "method": "POST", "uri": "http://127.0.0.1:\(port)/echo", "body": "@triggerBody()",
                ],
                "runAfter": number == 1 ? [:] : ["Call_\(number - 1)": ["Succeeded"]],
            ]
        }
        return .object(actions)
    }

    /// A Foreach over so many items at concurrency 50: an item is composed and appended to a list.
    static func foreach(items: Int) -> JSON {
        [
            "List": [
                "type": "InitializeVariable",
                "inputs": ["variables": [["name": "list", "type": "array"]]],
            ],
            "Each": [
                "type": "Foreach", "foreach": .string("@range(0, \(items))"),
                "runtimeConfiguration": ["concurrency": ["repetitions": 50]],
                "actions": [
                    "Note": ["type": "Compose", "inputs": ["number": "@item()", "text": "@concat('item ', item())"]],
                    "Keep": [
                        "type": "AppendToArrayVariable", "inputs": ["name": "list", "value": "@outputs('Note')"],
                        "runAfter": ["Note": ["Succeeded"]],
                    ],
                ],
                "runAfter": ["List": ["Succeeded"]],
            ],
            "Count": [
                "type": "Compose", "inputs": "@length(variables('list'))", "runAfter": ["Each": ["Succeeded"]],
            ],
        ]
    }

    /// How many actions an item of `long` takes.
    static let actionsAnItem = 10

    /// A Foreach over so many items of ten actions each.
    static func long(items: Int) -> JSON {
        var body = JSONObject()
        for number in 0..<actionsAnItem {
            body["Step_\(number)"] = [
                "type": "Compose", "inputs": .string("@add(item(), \(number))"),
                "runAfter": number == 0 ? [:] : ["Step_\(number - 1)": ["Succeeded"]],
            ]
        }
        return [
            "Each": [
                "type": "Foreach", "foreach": .string("@range(0, \(items))"),
                "runtimeConfiguration": ["concurrency": ["repetitions": 50]], "actions": .object(body),
            ]
        ]
    }

    /// Waits until the instant in the trigger's body.
    static let waiting: JSON = [
        "Nap": ["type": "Wait", "inputs": ["until": ["timestamp": "@triggerBody()?['until']"]]]
    ]
}
