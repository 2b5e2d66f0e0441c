import Durable
import Engine
import JSONTree
import Moments
import Playbooks
import Testing

/// The playbooks that simulations run, and the machine that runs them.
enum SimulatedPlaybooks {
    static let start = Timestamp(iso8601: "2026-03-02T09:00:00Z") ?? .unixEpoch

    static let machine = WorkflowMachine(
        environment: RunEnvironment(
            callbackURL: { header, _, flight in "https://tocsin.example/\(header.name)/\(flight)" },
            newGUID: { "00000000-0000-4000-8000-000000000000" },
            random: { $0.lowerBound },
            seal: { String(decoding: $0, as: UTF8.self) },
            open: { Array($0.utf8) }
        )
    )

    static func program(_ actions: JSON) throws -> WorkflowProgram {
        let compiled = Definition.compile(
            ["triggers": ["manual": ["type": "Request", "kind": "Http", "inputs": [:]]], "actions": actions],
            parameters: JSONObject()
        )
        let definition = try #require(compiled.definition, "\(compiled.diagnostics.map(\.message))")
        return WorkflowProgram(
            identity: .init(tenant: "t", id: "w", name: "w", resourceID: "/workflows/w", version: "1"),
            definition: definition
        )
    }

    /// Every kind of thing that a run can be in the middle of.
    static let everything: JSON = [
        "List": [
            "type": "InitializeVariable", "inputs": ["variables": [["name": "list", "type": "Array", "value": []]]],
        ],
        "Count": [
            "type": "InitializeVariable", "runAfter": ["List": ["Succeeded"]],
            "inputs": ["variables": [["name": "n", "type": "Integer", "value": 0]]],
        ],
        "Each": [
            "type": "Foreach", "foreach": "@triggerBody()", "runAfter": ["Count": ["Succeeded"]],
            "runtimeConfiguration": ["concurrency": ["repetitions": 3]],
            "actions": [
                "Call": [
                    "type": "Http", "inputs": ["method": "POST", "uri": "https://a.example/", "body": "@item()"],
                ],
                "Check": [
                    "type": "If", "expression": "@equals(mod(body('Call')?['echo'], 2), 0)",
                    "runAfter": ["Call": ["Succeeded"]],
                    "actions": [
                        "Even": ["type": "AppendToArrayVariable", "inputs": ["name": "list", "value": "@item()"]]
                    ],
                    "else": [
                        "actions": ["Odd": ["type": "Wait", "inputs": ["interval": ["count": 5, "unit": "Second"]]]]
                    ],
                ],
            ],
        ],
        "Loop": [
            "type": "Until", "expression": "@greaterOrEquals(variables('n'), 3)",
            "limit": ["count": 9, "timeout": "PT1H"],
            "runAfter": ["Each": ["Succeeded"]],
            "actions": [
                "Add": ["type": "IncrementVariable", "inputs": ["name": "n"]],
                "Update": [
                    "type": "Http", "runAfter": ["Add": ["Succeeded"]],
                    "inputs": ["method": "PUT", "uri": "https://b.example/", "body": "@variables('n')"],
                ],
            ],
        ],
        "Try": [
            "type": "Scope", "runAfter": ["Loop": ["Succeeded"]],
            "actions": [
                "Bad": ["type": "Compose", "inputs": "@div(1, 0)"],
                "Never": ["type": "Compose", "inputs": 1, "runAfter": ["Bad": ["Succeeded"]]],
            ],
        ],
        "Report": ["type": "Compose", "inputs": "@length(variables('list'))", "runAfter": ["Try": ["Failed"]]],
    ]

    /// One alert, one ticket, then the alert is set to in progress.
    static let ticket: JSON = [
        "Create_ticket": [
            "type": "Http",
            "inputs": ["method": "POST", "uri": "https://tickets.example/", "body": ["alert": "@triggerBody()"]],
        ],
        "Update_alert": [
            "type": "Http", "runAfter": ["Create_ticket": ["Succeeded"]],
            "inputs": [
                "method": "PATCH", "uri": "https://alerts.example/", "body": "@body('Create_ticket')?['ticket']",
            ],
        ],
    ]

    static func seed(_ number: Int64, _ program: WorkflowProgram, body: JSON) -> RunSeed<WorkflowMachine> {
        RunSeed(
            header: RunHeader(
                number: RunNumber(number),
                tenant: "t",
                scope: "w",
                name: RunNames.name(at: start, number: RunNumber(number)),
                program: "1",
                opened: start
            ),
            program: program,
            group: "manual",
            input: .begin(RunOrigin(trigger: "manual", record: ["outputs": ["headers": [:], "body": body]]))
        )
    }
}
