import JSONTree
import Moments
import Serving
import Testing

/// Workflows by the management interface: put, read, list, change, delete, versions, addresses.
@Suite(.timeLimit(.minutes(2)))
struct WorkflowTests {
    static let text = """
        { "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
          "contentVersion" : "1.0.0.0",\r
        \t"triggers": { "manual": { "type": "Request", "inputs": { "schema": {} } } },
          "actions": { "C": { "type": "Compose", "inputs": [ 1.50, 1E3, "\\u00e9\\/" ], "runAfter": {} } }, "outputs": { } }
        """

    private func putText(_ fixture: LogicFixture, _ name: String, _ text: String) async throws -> LogicFixture.Answer {
        let body =
            "{\"location\":\"westeurope\",\"properties\":{\"definition\":\(text),\"parameters\":{},\"state\":\"Enabled\"}}"
        return try await fixture.send(
            "PUT",
            "\(LogicFixture.base)/\(name)?api-version=2016-06-01",
            bytes: Array(body.utf8)
        )
    }

    @Test func `a definition comes back byte for byte`() async throws {
        try await LogicFixture.running { fixture in
            let made = try await putText(fixture, "w", Self.text)
            #expect(made.status == 201, "\(made.text)")
            #expect(made.text.contains("\"definition\":\(Self.text),\"parameters\":{}"))
            #expect(try await putText(fixture, "W", Self.text).status == 200)
            for path in ["/w", "?$top=5"] {
                #expect(try await fixture.manage("GET", path).text.contains("\"definition\":\(Self.text)"))
            }
            let version = try #require(made.json["properties"]?["version"]?.stringValue)
            #expect(version.utf8.count == 20)
            let old = try await fixture.manage("GET", "/w/versions/\(version)")
            #expect(old.text.contains("\"definition\":\(Self.text)"), "\(old.text)")
            #expect(old.json["type"] == "Microsoft.Logic/workflows/versions")
        }
    }

    @Test func `a workflow has the documented properties`() async throws {
        try await LogicFixture.running { fixture in
            let rules: JSON = ["triggers": ["allowedCallerIpAddresses": [["addressRange": "10.0.0.0/8"]]]]
            let json = try await fixture.put("w", actions: [:], ["accessControl": rules, "state": "Disabled"])
            #expect(json["id"] == .string("\(LogicFixture.base)/w"))
            #expect(json["name"] == "w" && json["type"] == "Microsoft.Logic/workflows")
            #expect(json["location"] == "westeurope" && json["tags"] == ["team": "soc"])
            let properties = try #require(json["properties"])
            #expect(properties["state"] == "Disabled" && properties["provisioningState"] == "Succeeded")
            #expect(properties["accessControl"] == rules)
            let endpoint = try #require(properties["accessEndpoint"]?.stringValue)
            let id = endpoint.dropFirst("\(LogicFixture.origin)/workflows/".count)
            #expect(endpoint.hasPrefix("\(LogicFixture.origin)/workflows/"))
            #expect(id.utf8.count == 32 && id.allSatisfy(\.isHexDigit))
            for name in ["createdTime", "changedTime"] {
                #expect(Timestamp(iso8601: properties[name]?.stringValue ?? "") != nil)
            }
        }
    }

    @Test func `lists are paged and filtered`() async throws {
        try await LogicFixture.running { fixture in
            for index in 0..<7 {
                let trigger: JSON = [
                    "every": ["type": "Recurrence", "recurrence": ["frequency": "Day", "interval": 1]]
                ]
                try await fixture.put(
                    "w\(index)",
                    actions: [:],
                    triggers: index == 3 ? trigger : Optional<JSON>.none,
                    ["state": .string(index % 2 == 0 ? "Enabled" : "Disabled")]
                )
            }
            var names: [String] = []
            var link: String? = "/subscriptions/S1/providers/microsoft.logic/WORKFLOWS?api-version=2019-05-01&$top=3"
            while let address = link {
                let answer = try await fixture.send("GET", address)
                let page = try #require(answer.json["value"]?.arrayValue, "\(answer.text)")
                #expect(page.count <= 3)
                names += page.compactMap { $0["name"]?.stringValue }
                link = answer.json["nextLink"]?.stringValue
                if let link { #expect(link.hasPrefix("\(LogicFixture.origin)/subscriptions/S1/")) }
            }
            #expect(names == (0..<7).map { "w\($0)" })
            func listed(_ filter: String) async throws -> [String] {
                let encoded = filter.replacing(" ", with: "%20")
                let answer = try await fixture.manage("GET", "?$filter=\(encoded)")
                return (answer.json["value"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
            }
            #expect(try await listed("state eq 'Disabled'") == ["w1", "w3", "w5"])
            #expect(try await listed("trigger eq 'Recurrence'") == ["w3"])
            let called = try await listed("trigger eq 'manual' and state eq 'enabled'")
            #expect(called == ["w0", "w2", "w4", "w6"], "\(called)")
            #expect(try await listed("referencedResourceId eq '/subscriptions/x'").isEmpty)
            let other = try await fixture.manage(
                "GET",
                "",
                principal: LogicFixture.principal(["Logic.Reader"], tenant: "t2")
            )
            #expect(other.status == 200 && other.json["value"] == [])
        }
    }

    @Test func `states change and workflows go`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: [:])
            for (word, state) in [("disable", "Disabled"), ("enable", "Enabled")] {
                let answer = try await fixture.manage("POST", "/w/\(word)")
                #expect(answer.status == 200 && answer.bytes.isEmpty)
                #expect(try await fixture.manage("GET", "/w").json["properties"]?["state"] == .string(state))
            }
            let same = try await fixture.manage("PATCH", "/w")
            #expect(same.status == 200 && same.json["name"] == "w")
            let tagged = try await fixture.manage("PATCH", "/w", ["tags": ["a": "b"]])
            #expect(tagged.json["tags"] == ["a": "b"])
            #expect(try await fixture.manage("PATCH", "/w", ["properties": [:]]).code == "PatchWorkflowNotSupported")
            let target = "/subscriptions/s1/resourceGroups/g2/providers/Microsoft.Logic/workflows/moved"
            #expect(try await fixture.manage("POST", "/w/move", ["id": .string(target)]).status == 200)
            #expect(try await fixture.manage("GET", "/w").code == "WorkflowNotFound")
            let moved = try await fixture.send("GET", "\(target)?api-version=2019-05-01")
            #expect(moved.json["id"] == .string(target))
            #expect(try await fixture.send("DELETE", "\(target)?api-version=2019-05-01").status == 200)
            #expect(try await fixture.send("DELETE", "\(target)?api-version=2019-05-01").status == 204)
            #expect(try await fixture.send("GET", "\(target)?api-version=2019-05-01").status == 404)
        }
    }

    @Test func `versions are kept, newest first`() async throws {
        try await LogicFixture.running { fixture in
            for value in 1...4 {
                try await fixture.put("w", actions: ["C": ["type": "Compose", "inputs": .integer(Int64(value))]])
            }
            let first = try await fixture.manage("GET", "/w/versions?$top=3")
            let next = try #require(first.json["nextLink"]?.stringValue, "\(first.text)")
            let rest = try await fixture.send("GET", next)
            let versions = (first.json["value"]?.arrayValue ?? []) + (rest.json["value"]?.arrayValue ?? [])
            let values = versions.map { $0["properties"]?["definition"]?["actions"]?["C"]?["inputs"] }
            #expect(values == [4, 3, 2, 1])
            #expect(rest.json["nextLink"] == nil)
            #expect(try await fixture.manage("GET", "/w/versions/1").code == "WorkflowVersionNotFound")
            let old = try #require(versions.last?["name"]?.stringValue)
            let address = try await fixture.manage("POST", "/w/versions/\(old)/triggers/manual/listCallbackUrl")
            #expect(address.json["queries"]?["sig"]?.stringValue?.isEmpty == false, "\(address.text)")
        }
    }

    @Test func `what cannot run is refused by name and line`() async throws {
        try await LogicFixture.running { fixture in
            let text = Self.text.replacing("[ 1.50, 1E3, \"\\u00e9\\/\" ]", with: "\"@concat(\"")
            let answer = try await putText(fixture, "w", text)
            #expect(answer.status == 400 && answer.code == "InvalidTemplate")
            #expect(answer.message.contains("'C' at line '4'"), "\(answer.message)")
            #expect(try await fixture.manage("GET", "/w").status == 404)
            let body = LogicFixture.body(
                LogicFixture.definition(actions: ["C": ["type": "Compose", "inputs": "@nope()"]])
            )
            for path in ["/w/validate", "/../locations/westeurope/workflows/w/validate"] {
                let target = LogicFixture.base.replacing("/workflows", with: "")
                let full = path.hasPrefix("/..") ? target + path.dropFirst(3) : LogicFixture.base + path
                let bad = try await fixture.send("POST", "\(full)?api-version=2016-06-01", bytes: body.bytes())
                #expect(bad.status == 400 && bad.code == "InvalidTemplate", "\(bad.text)")
                let good = LogicFixture.body(LogicFixture.definition(actions: [:])).bytes()
                let fine = try await fixture.send("POST", "\(full)?api-version=2016-06-01", bytes: good)
                #expect(fine.status == 200 && fine.bytes.isEmpty, "\(fine.text)")
            }
            let rules = LogicFixture.body(
                LogicFixture.definition(actions: [:]),
                ["accessControl": ["triggers": ["allowedCallerIpAddresses": [["addressRange": "x"]]]]]
            )
            #expect(try await fixture.manage("PUT", "/w", rules).code == "InvalidWorkflowAccessControl")
            let wrongID: JSON = ["id": "/subscriptions/s1", "location": "x", "properties": ["definition": [:]]]
            #expect(try await fixture.manage("PUT", "/w", wrongID).code == "InvalidRequestContent")
        }
    }

    @Test func `secure parameters never come back`() async throws {
        try await LogicFixture.running { fixture in
            let definition = LogicFixture.definition(
                actions: ["C": ["type": "Compose", "inputs": "@parameters('plain')"]],
                parameters: ["key": ["type": "SecureString"], "plain": ["type": "String"]]
            )
            let values: JSON = ["key": ["value": "tops3cret"], "plain": ["value": "seen"]]
            let made = try await fixture.manage("PUT", "/w", LogicFixture.body(definition, ["parameters": values]))
            #expect(made.status == 201, "\(made.text)")
            for answer in [made, try await fixture.manage("GET", "/w"), try await fixture.manage("GET", "/w/versions")]
            {
                #expect(!answer.text.contains("tops3cret"))
                #expect(answer.text.contains("seen"))
            }
        }
    }

    @Test func `addresses are signed and keys can be made anew`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: [:])
            let answer = try await fixture.manage("POST", "/w/triggers/Manual/listCallbackUrl")
            #expect(answer.json["method"] == "POST")
            let value = try #require(answer.json["value"]?.stringValue)
            let base = try #require(answer.json["basePath"]?.stringValue)
            #expect(value.hasPrefix(base) && base.hasSuffix("/triggers/manual/paths/invoke"))
            #expect(answer.json["queries"]?["sp"] == "/triggers/manual/run")
            #expect(answer.json["queries"]?["sv"] == "1.0" && answer.json["queries"]?["se"] == nil)
            #expect(try await fixture.manage("POST", "/w/listCallbackUrl").json["value"] == .string(value))
            let second = try await fixture.address("w", ["keyType": "Secondary"])
            #expect(try await fixture.call("POST", value).status == 202)
            #expect(try await fixture.call("POST", second).status == 202)
            let end = "2126-01-01T00:00:00.0000000Z"
            let limited = try await fixture.manage("POST", "/w/listCallbackUrl", ["notAfter": .string(end)])
            #expect(limited.json["queries"]?["se"] == .string(end), "\(limited.text)")
            #expect(try await fixture.manage("POST", "/w/regenerateAccessKey", ["keyType": "Primary"]).status == 200)
            #expect(try await fixture.call("POST", value).status == 401)
            #expect(try await fixture.call("POST", second).status == 202)
            #expect(
                try await fixture.manage("POST", "/w/regenerateAccessKey", ["keyType": "x"]).code == "InvalidKeyType"
            )
        }
    }

    @Test func `a workflow describes its triggers`() async throws {
        try await LogicFixture.running { fixture in
            let trigger: JSON = [
                "type": "Request",
                "inputs": [
                    "method": "PUT", "relativePath": "/customers/{id}", "schema": ["type": "object", "title": "T"],
                ],
            ]
            try await fixture.put(
                "w",
                actions: ["R": ["type": "Response", "inputs": ["statusCode": 201, "schema": ["type": "string"]]]],
                triggers: ["manual": trigger]
            )
            let document = try await fixture.manage("POST", "/w/listSwagger").json
            #expect(document["swagger"] == "2.0" && document["host"] == "server.example:8443")
            let operation = document["paths"]?["/triggers/manual/paths/invoke/customers/{id}"]?["put"]
            #expect(operation?["responses"]?["201"]?["schema"] == ["type": "string"], "\(document)")
            let names = operation?["parameters"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
            #expect(names == ["api-version", "sp", "sv", "sig", "id", "body"])
            let schema = try await fixture.manage("GET", "/w/triggers/manual/schemas/json").json
            #expect(schema["title"] == "manual.json")
            #expect(try JSON.parse(schema["content"]?.stringValue ?? "") == ["type": "object", "title": "T"])
            let upgraded = try await fixture.manage(
                "POST",
                "/w/generateUpgradedDefinition",
                ["targetSchemaVersion": "2016-06-01"]
            )
            #expect(upgraded.json["triggers"]?["manual"] == trigger)
            let address = try await fixture.manage("POST", "/w/listCallbackUrl").json
            #expect(address["relativePath"] == "/customers/{id}" && address["relativePathParameters"] == ["id"])
            #expect(address["method"] == "PUT")
        }
    }
}
