import Connectors
import Foundation
import JSONTree
import Moments
import Outbound
import Testing

@testable import Lab

/// The choices that connectors name, asked of stand-ins: their operations exist, only read, and the answers have the members
/// that are named, by the example of the adapter or by the definition.
struct StagedChoiceTests {
    @Test func `every field of our connectors that has choices can be chosen from them`() async throws {
        let bench = ChoiceBench(folder: GeneratedCallTests.folder, names: GeneratedCallTests.names)
        let outcomes = await bench.askAll()
        let troubles = outcomes.filter { $0.trouble != nil }.map(\.text)
        #expect(troubles.isEmpty, "\(troubles.count) of \(outcomes.count):\n\(troubles.joined(separator: "\n"))")
        #expect(Set(outcomes.map(\.connector)).count >= 11 && outcomes.count >= 150)
    }

    private static let corpus =
        ProcessInfo.processInfo.environment["TOCSIN_CORPUS"].map { "\($0)/connectors" }
        ?? "\(GeneratedCallTests.folder)/../../shared/corpus/connectors"

    /// Connectors whose definition refuses what it gives itself, so that a stand-in of it must refuse that, too.
    private static let contradictory = [
        "azure-machine-learning": "gives the version 2016-06-01 to an operation that takes 2022-05-01 only"
    ]

    @Test(.enabled(if: FileManager.default.fileExists(atPath: corpus), "the corpus of public connectors is not there"))
    func `every field of public connectors that has choices is asked for, and most can be chosen from`() async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.corpus).filter {
            FileManager.default.fileExists(atPath: "\(Self.corpus)/\($0)/apiDefinition.swagger.json")
                && Self.contradictory[$0] == nil
        }
        let outcomes = await ChoiceBench(folder: Self.corpus, names: names.sorted()).askAll()
        // Where a public definition describes another answer than its extension reads, a stand-in gives that one.
        let refused = outcomes.filter { $0.trouble != nil && $0.code != .unexpectedAnswer }
        // The operations that these ask are answered by scripts, which are not run.
        let scripted = refused.count { $0.trouble?.contains("needs a script") == true }
        let other = refused.filter { $0.trouble?.contains("needs a script") != true }.map(\.text)
        let chosen = outcomes.count { $0.trouble == nil }
        print(
            "\(chosen) of \(outcomes.count) fields of public connectors can be chosen from; \(other.count) are refused"
        )
        #expect(chosen * 10 >= outcomes.count * 8 && outcomes.count >= 400)
        #expect(scripted <= 40, "\(scripted)")
        #expect(other.count * 50 <= outcomes.count, "\(other.joined(separator: "\n"))")
    }
}

/// Asks the stand-ins of some connectors for the choices of all their fields.
struct ChoiceBench {
    /// What came of asking for the choices of one field.
    struct Outcome {
        let connector: String
        let text: String
        /// What is wrong; nil when there are choices.
        let trouble: String?
        let code: ChoiceFailure.Code?
    }

    private let catalogue: LabCatalogue
    private let registry: ConnectorRegistry
    private let names: [String]

    init(folder: String, names: [String]) {
        let clock = VirtualClock(GeneratedCallTests.now)
        let lab = GeneratedLab(clock: clock)
        self.names = names
        let catalogue = LabCatalogue(folders: [folder])
        self.catalogue = catalogue
        registry = ConnectorRegistry(
            folders: [folder],
            connections: FixedConnections(
                names.map { name in
                    var connection = Self.connection(name)
                    for parameter in catalogue.find(name)?.connectionParameters ?? [] {
                        connection.parameters[parameter.name] = "sample"
                    }
                    return connection
                }
            ),
            transport: lab,
            standIns: lab,
            clock: clock
        )
    }

    /// Stand-ins need no credential and no address.
    private static func connection(_ name: String) -> Connection {
        Connection(
            tenant: "t1",
            name: name,
            connector: name,
            baseURL: "https://stand-in.example",
            authentication: ["type": "None"]
        )
    }

    func askAll() async -> [Outcome] {
        var outcomes: [Outcome] = []
        for name in names {
            guard let connector = catalogue.find(name) else { continue }
            for operation in connector.operations {
                let fields = connector.form(of: operation.id)?.json["parameters"]?.arrayValue ?? []
                for field in fields where field["choices"] != nil {
                    outcomes.append(await ask(name, operation.id, field, among: fields))
                }
            }
        }
        return outcomes
    }

    private func ask(_ connector: String, _ operation: String, _ field: JSON, among fields: [JSON]) async -> Outcome {
        let name = field["name"]?.stringValue ?? ""
        var values = JSONObject()
        for case let other? in (field["choices"]?["dependsOn"]?.arrayValue ?? []).map(\.stringValue) {
            values[other] = Self.sample(fields.first { $0["name"]?.stringValue == other })
        }
        var trouble: String?
        var code: ChoiceFailure.Code?
        do {
            let list = try await registry.choices(
                of: ChoiceQuestion(
                    connection: Self.connection(connector),
                    operation: operation,
                    place: .parameter(name),
                    values: values
                )
            )
            if list.choices.isEmpty { trouble = "no choices" }
            if list.choices.contains(where: { $0.title.isEmpty }) { trouble = "a choice has no title" }
        } catch {
            trouble = "\(error)"
            code = (error as? ChoiceFailure)?.code
        }
        return Outcome(
            connector: connector,
            text: "\(connector) \(operation) '\(name)': \(trouble ?? "fine")",
            trouble: trouble,
            code: code
        )
    }

    /// A value that another field can have.
    private static func sample(_ field: JSON?) -> JSON {
        if let first = field?["enum"]?[0] ?? field?["default"] { return first }
        switch field?["type"]?.stringValue {
        case "integer", "number": return 1
        case "boolean": return true
        case "array": return ["a"]
        default: return "11111111-2222-4333-8444-555555555555"
        }
    }
}
