import Durable
import JSONTree
import Moments
import Playbooks
import Testing

@testable import Engine

/// Triggers with the real service around them: real runs, real causes, real addresses.
struct TriggerServiceTests {
    private static let tenant = ServiceHouse.tenant
    private static let action: JSON = ["A": ["type": "Compose", "inputs": "@triggerOutputs()"]]

    private static func deploy(
        _ service: WorkflowService,
        _ trigger: JSON,
        state: WorkflowState = .enabled
    ) async throws -> WorkflowRecord {
        let draft = WorkflowDraft(definition: ServiceHouse.definition(action, trigger: trigger), state: state)
        return try await service.put(ServiceHouse.key("play"), draft, tenant: tenant).record
    }

    private static func history(
        _ service: WorkflowService,
        _ record: WorkflowRecord
    ) async throws
        -> [TriggerHistoryEntry]
    {
        let program = try await service.program(of: record)
        let trigger = try #require(program.definition.trigger(named: "manual"))
        return try await service.scheduler.histories(of: trigger, program: program, limit: 100).entries
    }

    @Test(.timeLimit(.minutes(1))) func `a recurrence starts a real run when it is put, once over a restart`()
        async throws
    {
        let house = try await ServiceHouse()
        let trigger: JSON = ["type": "Recurrence", "recurrence": ["frequency": "Hour", "interval": 1]]
        let record = try await house.live { service, _ in
            let record = try await Self.deploy(service, trigger)
            try await eventually("the run") { try await !service.runs(of: record, limit: 5).runs.isEmpty }
            let run = try #require(try await service.runs(of: record, limit: 5).runs.first)
            let history = try await Self.history(service, record)
            #expect(history.map(\.run) == [run.header.name])
            return record
        }
        try await house.live { service, _ in
            // Putting the same again does not fire it anew.
            _ = try await Self.deploy(service, trigger)
            #expect(try await service.fire("manual", of: record).count == 1)
            #expect(try await service.runs(of: record, limit: 5).runs.count == 2)
            #expect(try await Self.history(service, record).count == 2)
            let disabled = try await service.setState(.disabled, of: ServiceHouse.key("play"), tenant: Self.tenant)
            let status = try #require(try await service.scheduler.statuses(workflow: disabled.id).first)
            #expect(status.nextExecution == nil)
            #expect(!status.isEnabled)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a webhook trigger subscribes with its signed address, and calls of it start runs`()
        async throws
    {
        let house = try await ServiceHouse()
        try await house.live { service, _ in
            let record = try await Self.deploy(
                service,
                [
                    "type": "HttpWebhook", "splitOn": "@triggerBody()?['items']",
                    "inputs": [
                        "subscribe": [
                            "method": "POST", "uri": "https://a.example/", "body": ["url": "@{listCallbackUrl()}"],
                        ]
                    ],
                ]
            )
            try await eventually("the subscription") {
                try await service.scheduler.statuses(workflow: record.id).first?.subscription?.state == .active
            }
            var call = ServiceHouse.call
            call.body = ["items": [1, 2, 3]]
            let came = try await service.invoke(record, trigger: "manual", call: call, trackingID: nil)
            guard case .accepted(let runs) = came else {
                Issue.record("\(came)")
                return
            }
            #expect(runs.count == 3)
            let history = try await Self.history(service, record)
            #expect(history.filter(\.isFired).count == 3)
            #expect(history.filter { !$0.isFired }.map(\.status) == [.succeeded])
        }
    }

    @Test(.timeLimit(.minutes(1))) func `messages for a batch become one real run`() async throws {
        let house = try await ServiceHouse()
        try await house.live { service, outside in
            let record = try await Self.deploy(
                service,
                [
                    "type": "Batch",
                    "inputs": ["mode": "Inline", "configurations": ["b": ["releaseCriteria": ["messageCount": 2]]]],
                ]
            )
            let batches = try #require(outside.links?.batches)
            for content in 1...2 {
                let message = BatchMessage(
                    tenant: Self.tenant,
                    workflow: record.key.resourceID,
                    trigger: nil,
                    batchName: "b",
                    content: .integer(Int64(content)),
                    executionKey: "key \(content)"
                )
                guard case .answered(let answer) = await batches.send(message), answer.status == 202 else {
                    Issue.record("not taken")
                    return
                }
            }
            try await eventually("the run") {
                try await service.runs(of: record, limit: 5).runs.first?.status == .succeeded
            }
            let run = try #require(try await service.runs(of: record, limit: 5).runs.first)
            let outputs = try await service.history(of: run, in: record).entries(of: "A").first?.outputs
            #expect(outputs?["body"]?["items"]?.arrayValue?.compactMap { $0["content"] } == [1, 2])
        }
    }
}
