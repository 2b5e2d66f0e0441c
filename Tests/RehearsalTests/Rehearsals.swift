import Connectors
import Foundation
import JSONTree
import Lab
import Moments
import Playbooks
import Rehearsal

/// Rehearsals with the connectors of the project.
enum Rehearsals {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let folders = [root.appending(path: "Connectors").path]
    /// Read once for all rehearsals.
    static let catalogue = LabCatalogue(folders: folders)
    static let start = Timestamp(iso8601: "2026-03-02T09:00:00Z") ?? .unixEpoch

    /// Rehearses a workflow.
    static func run(
        _ file: LoadedFile,
        _ workflow: LoadedWorkflow,
        name: String,
        options: PlaybookRehearsal.Options = .init(),
        lab: LabOptions = LabOptions()
    ) async throws -> RehearsalReport {
        let stage = RehearsalStage(start: start)
        let standIns = GeneratedLab(lab, clock: stage.clock, connectors: catalogue.connectors, pause: stage.pause)
        let rehearsal = PlaybookRehearsal(
            file,
            workflow,
            name: workflow.name.isEmpty ? name : workflow.name,
            stage: stage,
            parts: .init(folders: folders, standIns: standIns, network: standIns, service: { standIns.service($0) }),
            options: options
        )
        return try await rehearsal.run()
    }

    /// Rehearses a definition that is given as text, with its connections by themselves.
    static func run(
        definition text: String,
        options: PlaybookRehearsal.Options = .init(),
        lab: LabOptions = LabOptions()
    ) async throws -> RehearsalReport {
        let file = PlaybookFile.load(text: text)
        return try await run(file, file.workflows[0], name: "sample", options: options, lab: lab)
    }
}

extension RehearsalReport {
    /// The actions by name, the first record of each.
    func action(_ name: String) -> JSON? {
        run.json["actions"]?.arrayValue?.first { $0["name"]?.stringValue == name }
    }
}
