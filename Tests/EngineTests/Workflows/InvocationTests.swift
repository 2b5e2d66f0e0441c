import Durable
import Engine
import JSONTree
import Moments
import Synchronization
import Testing

/// Calls of Request triggers, from the call to the answer.
@Suite(.timeLimit(.minutes(2)))
struct InvocationTests {
    private static let tenant = ServiceHouse.tenant

    private static func deploy(
        _ service: WorkflowService,
        _ actions: JSON,
        name: String = "play",
        trigger: JSON = ["type": "Request", "kind": "Http", "inputs": [:]]
    ) async throws -> WorkflowRecord {
        let draft = WorkflowDraft(definition: ServiceHouse.definition(actions, trigger: trigger))
        return try await service.put(ServiceHouse.key(name), draft, tenant: tenant).record
    }

    @Test("a workflow without Response accepts, and its run can be read")
    func accepted() async throws {
        let house = try await ServiceHouse()
        try await house.live { service, _ in
            let record = try await Self.deploy(service, ["A": ["type": "Compose", "inputs": "@triggerBody()"]])
            let came = try await service.invoke(record, trigger: "manual", call: ServiceHouse.call, trackingID: "mine")
            guard case .accepted(let runs) = came, let run = runs.first else {
                Issue.record("\(came)")
                return
            }
            try await eventually("the end") { try await service.run(run.name, of: record).end != nil }
            let listing = try await service.run(run.name, of: record)
            #expect(listing.status == .succeeded)
            #expect(listing.clientTrackingID == "mine")
            let history = try await service.history(of: listing, in: record)
            #expect(history.entries(of: "A").first?.outputs == ["n": 1])
            let again = try await service.resubmit(history: run.name, trigger: "manual", of: record)
            #expect(again.name != run.name)
            try await eventually("the second end") { try await service.run(again.name, of: record).end != nil }
            let list = try await service.runs(of: record, limit: 10)
            #expect(list.runs.map(\.header.name) == [again.name, run.name])
            let error = await #expect(throws: EngineError.self) { try await service.cancel(run.name, of: record) }
            #expect(error?.status == 400)
        }
    }

    @Test("a caller gets the Response, or hears that there is none")
    func responses() async throws {
        let house = try await ServiceHouse()
        try await house.live { service, _ in
            let record = try await Self.deploy(service, ServiceHouse.response)
            let came = try await service.invoke(record, trigger: "manual", call: ServiceHouse.call, trackingID: nil)
            guard case .responded(let run, let content) = came else {
                Issue.record("\(came)")
                return
            }
            #expect(content.status == 201)
            #expect(content.body == ["echo": ["n": 1]])
            try await eventually("the end") { try await service.run(run.name, of: record).end != nil }
            let listing = try await service.run(run.name, of: record)
            let stored = try await service.response(of: listing, in: record)
            #expect(stored?.status == 201)
            #expect(stored?.body == content.body)
            let silent = try await Self.deploy(
                service,
                [
                    "Stop": ["type": "Terminate", "inputs": ["runStatus": "Succeeded"]],
                    "Answer": ["type": "Response", "runAfter": ["Stop": ["Failed"]], "inputs": ["statusCode": 200]],
                ],
                name: "silent"
            )
            let none = try await service.invoke(silent, trigger: "manual", call: ServiceHouse.call, trackingID: nil)
            guard case .noResponse = none else {
                Issue.record("\(none)")
                return
            }
        }
    }

    @Test("a caller whose patience ends is told so, and the run goes on")
    func patience() async throws {
        let house = try await ServiceHouse()
        try await house.live(holds: ["Call"], patience: .milliseconds(300)) { service, outside in
            let record = try await Self.deploy(service, ServiceHouse.response)
            let came = try await service.invoke(record, trigger: "manual", call: ServiceHouse.call, trackingID: nil)
            guard case .timedOut(let run) = came else {
                Issue.record("\(came)")
                return
            }
            outside.release("Call")
            try await eventually("the end") { try await service.run(run.name, of: record).end != nil }
            #expect(try await service.run(run.name, of: record).status == .failed, "a late Response fails")
        }
    }

    @Test("trigger concurrency: one works, one waits, the third is refused; a restart keeps the order")
    func concurrency() async throws {
        let house = try await ServiceHouse()
        let trigger: JSON = [
            "type": "Request", "inputs": [:],
            "runtimeConfiguration": ["concurrency": ["runs": 1, "maximumWaitingRuns": 1]],
        ]
        let actions: JSON = ["Call": ["type": "Http", "inputs": ["method": "PUT", "uri": "https://a.example/"]]]
        let runs = try await house.live(holds: ["Call"]) { service, _ in
            let record = try await Self.deploy(service, actions, trigger: trigger)
            var runs: [RunHeader] = []
            for _ in 0..<2 {
                let came = try await service.invoke(record, trigger: "manual", call: ServiceHouse.call, trackingID: nil)
                guard case .accepted(let started) = came else {
                    Issue.record("\(came)")
                    continue
                }
                runs += started
            }
            let error = await #expect(throws: EngineError.self) {
                try await service.invoke(record, trigger: "manual", call: ServiceHouse.call, trackingID: nil)
            }
            #expect(error?.status == 429)
            #expect(try await service.run(runs[1].name, of: record).status == .waiting)
            return runs
        }
        try await house.live(holds: ["Call"]) { service, outside in
            let record = try #require(try await service.record(id: runs[0].scope))
            let error = await #expect(throws: EngineError.self, "the queue is full after a restart, too") {
                try await service.invoke(record, trigger: "manual", call: ServiceHouse.call, trackingID: nil)
            }
            #expect(error?.status == 429)
            outside.release("Call")
            for run in runs {
                try await eventually("the end of \(run.name)") {
                    try await service.run(run.name, of: record).end != nil
                }
                #expect(try await service.run(run.name, of: record).status == .succeeded)
            }
        }
    }

    @Test("a deleted workflow's runs are cancelled, a disabled one cannot be called")
    func deletion() async throws {
        let house = try await ServiceHouse()
        try await house.live(holds: ["Call"]) { service, _ in
            let record = try await Self.deploy(service, ServiceHouse.response)
            let came = try await service.invoke(
                record,
                trigger: "manual",
                call: ServiceHouse.call,
                trackingID: nil,
                waits: false
            )
            guard case .accepted(let runs) = came, let run = runs.first else {
                Issue.record("\(came)")
                return
            }
            let disabled = try await service.setState(.disabled, of: record.key, tenant: Self.tenant)
            let error = await #expect(throws: EngineError.self) {
                try await service.invoke(disabled, trigger: "manual", call: ServiceHouse.call, trackingID: nil)
            }
            #expect(error?.code == "WorkflowDisabled")
            #expect(try await service.delete(record.key, tenant: Self.tenant))
            try await eventually("the end") { try await service.run(run.name, of: record).end != nil }
            #expect(try await service.run(run.name, of: record).status == .cancelled)
        }
    }

    @Test("a child runs once for its parent's action, also when the process ends meanwhile")
    func children() async throws {
        let house = try await ServiceHouse()
        let parent: JSON = [
            "Child": [
                "type": "Workflow",
                "inputs": [
                    "host": [
                        "triggerName": "manual", "workflow": ["id": .string(ServiceHouse.key("child").resourceID)],
                    ], "body": ["n": 7],
                ],
            ]
        ]
        let (run, child) = try await house.live(holds: ["Call"]) { service, outside in
            let child = try await Self.deploy(service, ServiceHouse.response, name: "child")
            let record = try await Self.deploy(service, parent, name: "parent")
            let came = try await service.invoke(record, trigger: "manual", call: ServiceHouse.call, trackingID: nil)
            guard case .accepted(let runs) = came else { throw EngineError(500, "NotAccepted", "\(came)") }
            try await eventually("the child's call") { outside.calls.withLock { $0.contains("Call") } }
            return (runs[0], child)
        }
        try await house.live { service, _ in
            let record = try #require(try await service.record(id: run.scope))
            try await eventually("the parent's end") { try await service.run(run.name, of: record).end != nil }
            let listing = try await service.run(run.name, of: record)
            #expect(listing.status == .succeeded)
            let history = try await service.history(of: listing, in: record)
            let outputs = history.entries(of: "Child").first?.outputs
            #expect(outputs?["statusCode"] == 201)
            #expect(outputs?["body"] == ["echo": ["n": 7]])
            #expect(try await service.runs(of: child, limit: 10).runs.count == 1)
        }
    }

    @Test("conditions and splitOn: nothing, or a run an item")
    func splitting() async throws {
        let house = try await ServiceHouse()
        try await house.live { service, _ in
            let record = try await Self.deploy(
                service,
                ["A": ["type": "Compose", "inputs": "@triggerBody()"]],
                trigger: ["type": "Request", "inputs": [:], "splitOn": "@triggerBody()?['items']"]
            )
            var call = ServiceHouse.call
            call.body = ["items": [1, 2, 3]]
            let came = try await service.invoke(record, trigger: "manual", call: call, trackingID: nil)
            guard case .accepted(let runs) = came else {
                Issue.record("\(came)")
                return
            }
            #expect(runs.count == 3)
            let picky = try await Self.deploy(
                service,
                ["A": ["type": "Compose", "inputs": 1]],
                name: "picky",
                trigger: [
                    "type": "Request", "inputs": [:],
                    "conditions": [["expression": "@equals(triggerBody()?['n'], 2)"]],
                ]
            )
            let none = try await service.invoke(picky, trigger: "manual", call: ServiceHouse.call, trackingID: nil)
            guard case .notFired = none else {
                Issue.record("\(none)")
                return
            }
            #expect(try await service.runs(of: picky, limit: 10).runs.isEmpty)
        }
    }
}
