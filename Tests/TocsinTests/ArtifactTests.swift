import JSONTree
import Testing

/// `tocsin artifacts`: schemas and maps on a server.
struct ArtifactTests {
    @Test func `a schema is put, used by a workflow, listed and deleted, over a restart`() async throws {
        let scratch = try Scratch()
        let data = scratch.path("data")
        let schema = try scratch.file(
            "note.xsd",
            #"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="note" type="xs:integer"/></xs:schema>"#
        )
        // Before the server runs: the command opens the folder itself.
        let put = try Program.run("artifacts", "put", "schema", schema, "--data", data)
        #expect(put.exitCode == 0 && put.lastLine == "Put the schema note", "\(put.errors)")
        let server = try await ServerProcess(data: data)
        let definition = LivePlaybooks.echo.replacing(
            #""type": "Compose", "inputs": {"hello": "@triggerBody()?['name']"}"#,
            with:
                #""type": "XmlParse", "inputs": {"content": "@triggerBody()?['name']", "schema": {"name": "note.xsd"}}"#
        ).replacing("@outputs('Greeting')", with: "@body('Greeting')")
        let deployed = try Program.run("deploy", try scratch.file("xml.json", definition), "--data", data)
        let word = deployed.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http") }
        let url = String(try #require(word, "\(deployed.errors)"))
        let answer = try await server.ask("POST", url, body: ["name": "<note>7</note>"])
        #expect(answer.json == ["note": "7"], "\(answer)")
        #expect(try await server.ask("POST", url, body: ["name": "<note>x</note>"]).status == 502)
        let broken = try Program.run("artifacts", "put", "map", schema, "--data", data)
        #expect(broken.exitCode == 1 && broken.errors.contains("InvalidArtifact"), "\(broken.errors)")
        let listed = try Program.run("artifacts", "list", "--json", "--data", data)
        #expect(try JSON.parse(listed.output).arrayValue?.count == 1)
        #expect(try Program.run("artifacts", "delete", "schema", "note", "--data", data).exitCode == 0)
        #expect(try Program.run("artifacts", "delete", "schema", "note", "--data", data).exitCode == 1)
        let audit = try Program.run("audit", "--json", "--data", data)
        let actions = try JSON.parse(audit.output).arrayValue?.compactMap { $0["action"]?.stringValue } ?? []
        #expect(actions.contains("artifact.create") && actions.contains("artifact.delete"), "\(actions)")
        #expect(!audit.output.contains("xs:element"))
        #expect(try await server.stop() == 0)
    }
}
