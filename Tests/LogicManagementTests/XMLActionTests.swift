import Content
import Engine
import JSONTree
import Outbound
import Testing

/// XML actions with the schemas and maps of a tenant.
@Suite(.timeLimit(.minutes(2)))
struct XMLActionTests {
    private static let schema = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
          <xs:element name="alert"><xs:complexType>
            <xs:sequence><xs:element name="title" type="xs:string"/></xs:sequence>
            <xs:attribute name="id" type="xs:integer" use="required"/>
          </xs:complexType></xs:element>
        </xs:schema>
        """

    private static let map = """
        <xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
          <xsl:output method="text"/><xsl:param name="who"/>
          <xsl:template match="/alert"><xsl:value-of select="title"/> for <xsl:value-of select="$who"/></xsl:template>
        </xsl:stylesheet>
        """

    private static let actions: JSON = [
        "Validate": [
            "type": "XmlValidation",
            "inputs": ["content": "@triggerBody()", "integrationAccount": ["schema": ["name": "Alert"]]],
        ],
        "Parse": [
            "type": "XmlParse",
            "inputs": ["content": "@triggerBody()", "schema": ["source": "LogicApp", "name": "alert.xsd"]],
            "runAfter": ["Validate": ["Succeeded"]],
        ],
        "Transform": [
            "type": "Xslt",
            "inputs": [
                "content": "@triggerBody()", "integrationAccount": ["map": ["name": "Line"]],
                "xsltParameters": ["who": "Avery"],
            ],
            "runAfter": ["Parse": ["Succeeded"]],
        ],
        "Line": ["type": "Compose", "inputs": "@string(body('Transform'))", "runAfter": ["Transform": ["Succeeded"]]],
    ]

    private func run(_ fixture: LogicFixture, _ xml: String) async throws -> String {
        let address = try await fixture.address("x")
        let answer = try await fixture.send(
            "POST",
            address,
            bytes: Array(xml.utf8),
            headers: ["Content-Type": "application/xml"],
            principal: nil
        )
        let run = try #require(answer.headers["x-ms-workflow-run-id"], "\(answer.text)")
        _ = try await fixture.ended("x", run)
        return run
    }

    private func outputs(_ fixture: LogicFixture, _ run: String, _ action: String) async throws -> JSON {
        let found = try await fixture.manage("GET", "/x/runs/\(run)/actions/\(action)").json
        let uri = try #require(found["properties"]?["outputsLink"]?["uri"]?.stringValue, "\(found)")
        return try await fixture.call("GET", uri).json
    }

    @Test func `documents are validated, parsed and transformed by the artifacts of the tenant`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("x", actions: Self.actions)
            let good = #"<alert id="7"><title>Disk full</title></alert>"#
            let early = try await run(fixture, good)
            let missing = try await fixture.manage("GET", "/x/runs/\(early)/actions/Validate").json["properties"]
            #expect(missing?["status"] == "Failed")
            let error = missing?["error"]
            #expect(error?["code"] == "IntegrationAccountArtifactNotFound")
            #expect(error?["message"]?.stringValue?.contains("tocsin artifacts put schema FILE --name Alert") == true)

            let service = fixture.service
            #expect(
                try await service.putArtifact(.schema, name: "alert", content: Self.schema, tenant: "t1").isNew
            )
            #expect(try await service.putArtifact(.map, name: "line", content: Self.map, tenant: "t1").isNew)
            // Those of another tenant are nobody else's.
            #expect(try await service.artifacts(tenant: "t2").isEmpty)
            let found = try await run(fixture, good)
            #expect(
                try await outputs(fixture, found, "Parse")["body"] == ["alert": ["@id": "7", "title": "Disk full"]]
            )
            #expect(try await outputs(fixture, found, "Line") == "Disk full for Avery")

            let bad = try await run(fixture, "<alert><title>x</title></alert>")
            let refused = try await fixture.manage("GET", "/x/runs/\(bad)/actions/Validate").json["properties"]
            #expect(refused?["error"]?["code"] == "XmlValidationFailed" && refused?["code"] == "BadRequest")
            #expect(refused?["error"]?["message"]?.stringValue?.contains("id") == true)

            #expect(try await service.deleteArtifact(.map, name: "LINE", tenant: "t1"))
            #expect(try await !service.deleteArtifact(.map, name: "line", tenant: "t1"))
            let late = try await run(fixture, good)
            let gone = try await fixture.manage("GET", "/x/runs/\(late)/actions/Transform").json["properties"]
            #expect(gone?["error"]?["code"] == "IntegrationAccountArtifactNotFound")
        }
    }

    @Test(arguments: [
        (Artifact.Kind.schema, "a", "<a/>", "cannot be used"),
        (.schema, "a", "no XML", "cannot be used"),
        (.map, "a", "<a>", "cannot be used"),
        (.map, "a/b", "<a/>", "1 to 80 letters"),
        (.schema, "", "<a/>", "1 to 80 letters"),
        (.schema, "a", String(repeating: " ", count: Artifact.byteLimit + 1), "the limit is"),
    ])
    func `what is no schema or map is refused`(
        _ kind: Artifact.Kind,
        _ name: String,
        _ content: String,
        _ words: String
    ) async throws {
        let fixture = try await LogicFixture()
        let error = await #expect(throws: EngineError.self) {
            _ = try await fixture.service.putArtifact(kind, name: name, content: content, tenant: "t1")
        }
        #expect(error?.code == "InvalidArtifact" && error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
}
