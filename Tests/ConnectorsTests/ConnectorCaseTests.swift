import Connectors
import JSONTree
import Testing

/// The tables of `Tests/ConnectorCases`: what our own connectors send, and what they make of answers.
struct ConnectorCaseTests {
    @Test(arguments: ConnectorCase.tables) func `calls become the requests that the vendor documents`(
        _ connector: String
    ) async throws {
        for row in try ConnectorCase.all(connector) {
            let problems = try await row.run()
            #expect(problems.isEmpty, "\(connector), \(row.name): \(problems.joined(separator: "; "))")
        }
    }

    @Test(arguments: Fixtures.registry().names)
    func `a connector loads, and says of every operation what it does and how a lost answer is settled`(
        _ name: String
    ) throws {
        let connector = try #require(try Fixtures.registry().connector(name))
        #expect(!connector.operations.isEmpty)
        let silent = connector.operations.filter { !connector.isDeclared($0.id) }.map(\.id)
        #expect(silent.isEmpty, "\(name): \(silent.joined(separator: ", "))")
    }
}
