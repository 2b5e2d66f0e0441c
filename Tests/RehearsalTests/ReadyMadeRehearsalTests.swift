import Foundation
import JSONTree
import Lab
import Playbooks
import Rehearsal
import Testing

/// Every ready-made playbook rehearses as its `rehearsal.json` says; without one it must succeed.
///
/// `rehearsal.json`: `{"payload", "parameters", "answers": {ACTION: OPTION}, "faults": [TEXT], "mocks", "expect": {"status",
/// "actions": {NAME: STATUS}, "sent": [{"method", "url", "body", …}]}}`, or an array of these, each with a `name`.
/// Requests of `sent` must be sent, each for itself, in any order; `url` is a part of the address, `body` names members that must
/// be there.
struct ReadyMadeRehearsalTests {
    static let folder = Rehearsals.root.appending(path: "Playbooks")

    struct Row: Sendable, CustomTestStringConvertible {
        let playbook: String
        let json: JSON
        var testDescription: String { "\(playbook): \(json["name"]?.stringValue ?? "rehearsal")" }
    }

    static let rows: [Row] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().flatMap { name -> [Row] in
            guard FileManager.default.fileExists(atPath: folder.appending(path: "\(name)/azuredeploy.json").path) else {
                return []
            }
            guard let data = try? Data(contentsOf: folder.appending(path: "\(name)/rehearsal.json")) else {
                return [Row(playbook: name, json: [:])]
            }
            guard let json = try? JSON.parse([UInt8](data)) else {
                return [Row(playbook: name, json: ["name": "unreadable", "expect": ["status": "unreadable"]])]
            }
            return (json.arrayValue ?? [json]).map { Row(playbook: name, json: $0) }
        }
    }()

    @Test func `the main job is there`() { #expect(Self.rows.contains { $0.playbook == "alerts-to-tickets" }) }

    @Test(arguments: rows)
    func `the playbook does what its rehearsal says`(_ row: Row) async throws {
        let path = Self.folder.appending(path: "\(row.playbook)/azuredeploy.json")
        let file = PlaybookFile.load(
            bytes: [UInt8](try Data(contentsOf: path)),
            parameters: row.json["parameters"] ?? .object(JSONObject())
        )
        let workflow = try #require(file.workflows.first)
        var options = PlaybookRehearsal.Options()
        options.payload = row.json["payload"]
        options.mocks = MockedServices(row.json["mocks"])
        for (action, option) in row.json["answers"]?.objectValue ?? JSONObject() {
            options.answers.options[action] = option.stringValue
        }
        var lab = LabOptions()
        for fault in row.json["faults"]?.arrayValue ?? [] {
            let known = fault.stringValue.flatMap { LabFault($0) }
            lab.faults.append(try #require(known, "\(fault.text) is no fault"))
        }
        let report = try await Rehearsals.run(file, workflow, name: row.playbook, options: options, lab: lab)
        let expect = row.json["expect"]
        #expect(report.status == expect?["status"]?.stringValue ?? "Succeeded", "\(report.text)")
        for (name, status) in expect?["actions"]?.objectValue ?? JSONObject() {
            #expect(report.action(name)?["status"] == status, "\(name)")
        }
        var rest = report.requests
        for wanted in expect?["sent"]?.arrayValue ?? [] {
            let found = rest.firstIndex { Self.fits($0, wanted) }
            #expect(found != nil, "not sent: \(wanted.text)\n\(report.text)")
            if let found { rest.remove(at: found) }
        }
    }

    private static func fits(_ request: RehearsedRequest, _ wanted: JSON) -> Bool {
        let json = request.json
        return (wanted.objectValue ?? JSONObject()).allSatisfy { name, value in
            if name == "url", let part = value.stringValue { return json[name]?.stringValue?.contains(part) == true }
            return contains(json[name] ?? .null, value)
        }
    }

    private static func contains(_ value: JSON, _ wanted: JSON) -> Bool {
        guard let members = wanted.objectValue else { return value == wanted }
        return members.allSatisfy { name, inner in value[name].map { contains($0, inner) } ?? inner.isNull }
    }
}
