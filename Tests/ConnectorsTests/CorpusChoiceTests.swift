import JSONTree
import Testing

@testable import Connectors

/// Every dynamic extension of the corpus is understood and can be followed, or it is named here with the reason.
@Suite(.enabled(if: Corpus.isThere, "the corpus of public connectors is not there"))
struct CorpusChoiceTests {
    /// Fields whose extension cannot be followed, by connector and operation, with a part of the reason.
    static let unusable: [String: String] = [:]

    private struct Place {
        let operation: OperationDescription
        let field: OperationField
        let list: FieldList
        let origin: [String]?
    }

    private static func places(_ definition: ConnectorDefinition) -> [Place] {
        definition.operations.flatMap { operation -> [Place] in
            let list = definition.fields(of: operation)
            var places = list.fields.map { Place(operation: operation, field: $0, list: list, origin: $0.path) }
            for schema in [operation.answerSchema, operation.notificationSchema].compactMap(\.self) {
                places += FieldReader.fields(ofAnswer: schema, in: definition.document, picker: definition.filePicker)
                    .map { Place(operation: operation, field: $0, list: list, origin: nil) }
            }
            return places.filter { !$0.field.extensions.isEmpty }
        }
    }

    @Test func `every extension can be followed or is named with a reason`() throws {
        let registry = ConnectorRegistry(
            folders: ["\(Corpus.folder)/connectors"],
            connections: FixedConnections([]),
            transport: RecordingTransport()
        )
        var (found, followed, nameless, scripted) = (0, 0, 0, 0)
        var troubles: [String] = []
        for name in registry.names {
            let definition = try #require(try registry.connector(name))
            for place in Self.places(definition) {
                for one in place.field.extensions {
                    found += 1
                    let what = "\(name) \(place.operation.id) '\(place.field.name)' \(one.name)"
                    switch definition.usable([one], at: place.field) {
                    case .success(let usable):
                        followed += 1
                        for binding in usable.source.calls.flatMap(\.bindings) {
                            guard case .reference(let reference) = binding.value else { continue }
                            if place.list.meant(by: reference, from: place.origin) == nil {
                                nameless += 1
                                print("\(what): '\(reference)' means nothing")
                            }
                        }
                    case .failure(let failure)
                    where failure.message.contains("needs a script")
                        && definition.operations.contains(where: definition.needsScript):
                        scripted += 1
                    case .failure(let failure): troubles.append("\(what): \(failure.message)")
                    }
                }
            }
        }
        print(
            "\(followed) of \(found) dynamic extensions of the corpus can be followed; \(nameless) references mean nothing"
        )
        let unnamed = troubles.filter { trouble in
            !Self.unusable.contains { trouble.hasPrefix($0.key) && trouble.contains($0.value) }
        }
        #expect(unnamed.isEmpty, "\(unnamed.joined(separator: "\n"))")
        // The operations that these ask are answered by scripts, which are not run.
        #expect(scripted <= 40)
        #expect(found > 800 && nameless <= 10)
    }
}
