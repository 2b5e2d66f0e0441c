import Foundation
import JSONTree
import Testing

@testable import Connectors

/// Connectors that are not written as they must be: what is said about them, and where.
struct ConnectorCheckTests {
    /// Writes one connector with its files, checks it and removes it.
    static func check(_ files: [String: String], isLenient: Bool = false) throws -> ConnectorCheck {
        let folder = NSTemporaryDirectory() + "tocsin-check-\(UInt64.random(in: 0 ... .max))/mine"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in files {
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        }
        return try #require(ConnectorCheck.check(folder: folder, isLenient: isLenient).first)
    }

    static let good = """
        {"swagger": "2.0", "info": {"title": "T"}, "host": "h.example",
         "paths": {"/a": {"get": {"operationId": "Get", "responses": {}}}}}
        """

    struct Malformed: Sendable, CustomTestStringConvertible {
        let file: String
        let text: String
        let place: String
        let message: String
        let remedy: String
        /// Whether leniency reads it.
        let isReadable: Bool

        var testDescription: String { message }
    }

    static let malformed: [Malformed] = [
        Malformed(
            file: "apiDefinition.swagger.json",
            text: "{\"swagger\": \"2.0\",\n \"paths\": {\"/a\": {},\n }}",
            place: "apiDefinition.swagger.json:3:2",
            message: "A comma stands before a closing bracket",
            remedy: "Remove the comma",
            isReadable: true
        ),
        Malformed(
            file: "apiDefinition.swagger.json",
            text: "{\"swagger\": \"2.0\", \"info\": {\"title\": \"a\nb\"}, \"paths\": {}}",
            place: "apiDefinition.swagger.json:1:40",
            message: "A line break or tab stands unescaped",
            remedy: "Write it as \\n",
            isReadable: true
        ),
        Malformed(
            file: "apiDefinition.swagger.json",
            text: "{\"swagger\": \"2.0\"\n \"paths\": {}}",
            place: "apiDefinition.swagger.json:2:2",
            message: "not JSON",
            remedy: "A comma is missing before this place; add it, or read the file with --lenient",
            isReadable: true
        ),
        Malformed(
            file: "apiDefinition.swagger.json",
            text: "{\"swagger\": \"2.0\" \"paths\": {}}",
            place: "apiDefinition.swagger.json:1:19",
            message: "not JSON",
            remedy: "a quotation mark is missing",
            isReadable: false
        ),
        Malformed(
            file: "apiDefinition.swagger.json",
            text: "{\"swagger\": \"2.0\",\n \"paths\": {",
            place: "apiDefinition.swagger.json:2:12",
            message: "not JSON",
            remedy: "a bracket or a brace is missing; or read the file with --lenient",
            isReadable: true
        ),
        Malformed(
            file: "apiProperties.json",
            text: "{\"properties\": {}",
            place: "apiProperties.json:1:18",
            message: "not JSON",
            remedy: "a bracket or a brace is missing",
            isReadable: true
        ),
        Malformed(
            file: "adapter.json",
            text: "[",
            place: "adapter.json:1:2",
            message: "not JSON",
            remedy: "a bracket or a brace is missing",
            isReadable: false
        ),
    ]

    @Test(arguments: malformed)
    func `a malformed file is told with place and remedy, and read where leniency can`(_ malformed: Malformed) throws {
        var files = ["apiDefinition.swagger.json": Self.good]
        files[malformed.file] = malformed.text
        let check = try Self.check(files)
        #expect(!check.isLoaded)
        let error = try #require(check.remarks.first { $0.severity == .error })
        #expect(error.place == malformed.place)
        #expect(error.message.contains(malformed.message), "\(error.message)")
        #expect(error.remedy.contains(malformed.remedy), "\(error.remedy)")
        let lenient = try Self.check(files, isLenient: true)
        #expect(lenient.isLoaded == malformed.isReadable)
        if malformed.isReadable {
            #expect(lenient.remarks.contains { $0.severity == .warning && $0.message.hasPrefix("Read leniently") })
        }
    }

    @Test(
        arguments: [
            (#"{"swagger": "4.0", "paths": {}}"#, ":1:13", "says '4.0'"),
            (#"{"openapi": "3.1.0", "webhooks": {}}"#, ":1:1", "'webhooks' describe are calls of the service"),
            (#"{"swagger": "1.2", "paths": {}}"#, ":1:13", "says '1.2'"),
            (#"{"paths": {}}"#, ":1:1", "neither 'swagger'"),
            ("{\"swagger\": \"2.0\",\n \"paths\": []}", ":2:11", "no object"),
            (#"{"swagger": "2.0"}"#, ":1:1", "has no 'paths'"), ("[]", ":1:1", "neither 'swagger'"),
        ]
    )
    func `what is no definition does not load`(_ text: String, _ place: String, _ part: String) throws {
        let check = try Self.check(["apiDefinition.swagger.json": text])
        #expect(!check.isLoaded)
        let error = try #require(check.remarks.first { $0.severity == .error })
        #expect(error.message.contains(part), "\(error.message)")
        #expect(error.place.hasSuffix(place), "\(error.place)")
        #expect(!error.remedy.isEmpty)
    }

    @Test(
        arguments: [
            (
                "{\"swagger\":\"2.0\",\"info\":{\"title\":\"T\"},\"paths\":{},\n\"paths\":{}}", "stands twice", 2
            ),
            (
                "{\"swagger\":\"2.0\",\"info\":{\"title\":\"T\"},\"paths\":{\"/a\":{\"get\":{\"operationId\":\"A\",\"responses\":\n{\"200\":{\"schema\":{\"$ref\":\"#/definitions/X\"}}}}}}}",
                "leads nowhere", 2
            ),
            (
                "{\"swagger\":\"2.0\",\"info\":{\"title\":\"T\"},\"paths\":{\n\"/a/{id}\":{\"get\":{\"operationId\":\"A\"}}}}",
                "names '{id}'", 2
            ),
            (
                "{\"swagger\":\"2.0\",\"info\":{\"title\":\"T\"},\"paths\":{\"/a\":{\"get\":{\"operationId\":\"A\"}},\n\"/b\":{\"get\":{\"operationId\":\"a\"}}}}",
                "Another operation is named", 2
            ),
            (
                "{\"swagger\":\"2.0\",\"info\":{\"title\":\"T\"},\"paths\":{\"/a\":\n{\"get\":{\"responses\":{}}}}}",
                "no 'operationId'", 2
            ),
            (
                "{\"swagger\":\"2.0\",\"info\":{\"title\":\"T\"},\"paths\":{\"/a\":{\"get\":{\"operationId\":\"A\",\"parameters\":[\n{\"in\":\"nowhere\",\"name\":\"x\"}]}}}}",
                "left out", 2
            ),
        ] as [(String, String, Int)]
    )
    func `what is doubtful is a warning with its line, and loads`(_ text: String, _ part: String, _ line: Int) throws {
        let check = try Self.check(["apiDefinition.swagger.json": text])
        #expect(check.isLoaded)
        let warning = try #require(check.remarks.first { $0.message.contains(part) }, "\(check.remarks)")
        #expect(warning.severity == .warning && warning.line == line && !warning.remedy.isEmpty)
    }

    @Test func `unknown extensions and formats are not worth a word`() throws {
        let text = """
            {"swagger": "2.0", "info": {"title": "T", "x-a": 1}, "x-ms  -summary": [], "paths": {"/a": {"x-b": {}, "get": {
              "operationId": "A", "x-ms-visibilty": 7, "responses": {}, "parameters": [
                {"name": "q", "in": "query", "type": "string", "format": "nonsense", "x-ms-summmary": null}]}}}}
            """
        let check = try Self.check(["apiDefinition.swagger.json": "\u{FEFF}" + text])
        #expect(check.isLoaded)
        #expect(check.remarks.map(\.severity) == [.note])
    }

    @Test(
        arguments: [
            (#"{"operations": {"Nothing": {}}}"#, "not in the definition"),
            ("{\"operations\": {\"Get\":\n {\"effect\": \"harm\"}}}", "'effect' must be one of"),
            (
                "{\"operations\": {\"Get\":\n {\"idempotency\": {\"kind\": \"none\", \"businessKey\": \"@nonsense(\"}}}}",
                "businessKey"
            ),
            ("[]", "no object"),
        ]
    )
    func `adapters are checked, too`(_ adapter: String, _ part: String) throws {
        let check = try Self.check(["apiDefinition.swagger.json": Self.good, "adapter.json": adapter])
        #expect(!check.isLoaded)
        let error = try #require(check.remarks.first { $0.severity == .error })
        #expect(error.file == "adapter.json" && error.line > 0)
        #expect(error.message.contains(part), "\(error.message)")
    }

    @Test func `operations without effect or idempotency are named`() throws {
        let check = try Self.check(["apiDefinition.swagger.json": Self.good, "adapter.json": #"{"operations": {}}"#])
        #expect(check.isLoaded)
        #expect(check.remarks.contains { $0.severity == .note && $0.message.contains("'Get'") })
    }

    @Test func `operations that need a script are named, and refused`() throws {
        let properties = #"{"properties": {"scriptOperations": ["Get"]}}"#
        let check = try Self.check([
            "apiDefinition.swagger.json": Self.good, "apiProperties.json": properties, "script.csx": "// C#",
        ])
        #expect(check.isLoaded)
        #expect(check.remarks.contains { $0.message.contains("'Get' needs a script") })
        let operation = try #require(check.definition?.operation(id: "Get"))
        #expect(check.definition?.refusal(of: operation)?.contains("script.csx") == true)
    }

    @Test(
        arguments: [
            (#"{"scriptOperations": ["Get"]}"#, nil, ["Get"], "does not lie beside"),
            (
                #"{"script": {"language": "CSharpScript", "operationIds": ["Get"]}}"#, "script.csx", ["Get"],
                "script.csx"
            ),
            (
                #"{"script": {"language": "CSharpScript", "operationIds": ["Get"]}}"#, nil, ["Get"],
                "does not lie beside"
            ),
            (#"{"connectionParameters": {}}"#, "OtherScript.csx", ["Get", "Set"], "script.csx"),
            (#"{"connectionParameters": {}}"#, nil, [], ""),
        ] as [(String, String?, [String], String)]
    )
    func `operations that are named need a script whether it is there or not`(
        _ settings: String,
        _ script: String?,
        _ scripted: [String],
        _ part: String
    ) throws {
        let two = Self.good.replacing("{}}}}}", with: #"{}}, "put": {"operationId": "Set", "responses": {}}}}}"#)
        var files = ["apiDefinition.swagger.json": two, "apiProperties.json": "{\"properties\": \(settings)}"]
        if let script { files[script] = "// C#" }
        let check = try Self.check(files)
        let definition = try #require(check.definition)
        #expect(definition.operations.filter(definition.needsScript).map(\.id) == scripted)
        for operation in definition.operations where scripted.contains(operation.id) {
            #expect(definition.refusal(of: operation)?.contains(part) == true)
        }
        #expect(check.remarks.filter { $0.message.contains("needs a script") }.count == scripted.count)
    }

    @Test(arguments: ["@{guid()}", "@nothing('x')"])
    func `functions that policies do not have are told, in braces or without`(_ value: String) throws {
        let properties = """
            {"properties": {"policyTemplateInstances": [{"templateId": "setheader",
              "parameters": {"x-ms-apimTemplateParameter.name": "X", "x-ms-apimTemplateParameter.value": "\(value)"}}]}}
            """
        let check = try Self.check(["apiDefinition.swagger.json": Self.good, "apiProperties.json": properties])
        #expect(check.remarks.contains { $0.message.contains("is no function of policies") })
    }

    @Test func `policies that are not known are warnings`() throws {
        let properties = """
            {"properties": {"policyTemplateInstances": [{"templateId": "magic", "parameters": {}},
              {"templateId": "setheader", "parameters": {"x-ms-apimTemplateParameter.value": "@nothing('x')"}}]}}
            """
        let check = try Self.check(["apiDefinition.swagger.json": Self.good, "apiProperties.json": properties])
        #expect(check.isLoaded)
        #expect(check.remarks.contains { $0.message.contains("'magic' is not known") })
        #expect(check.remarks.contains { $0.message.contains("@nothing") })
    }

    /// What the corpus has of files that a strict reader refuses, with the line at which each goes wrong.
    @Test(.enabled(if: Corpus.isThere, "the corpus of public connectors is not there"))
    func `every malformed file of the corpus is told with file, line, column and remedy`() throws {
        let expected: [String: (place: String, isReadable: Bool)] = [
            "br-nn-ysundregistrene": ("apiDefinition.swagger.json:4:21", true),
            "easyvista-service-manager": ("apiDefinition.swagger.json:3819:47", true),
            "envoy": ("apiDefinition.swagger.json:2198:35", true),
            "gofileroom": ("apiProperties.json:91:1", true),
            "in-d-invoice-data-capture": ("apiDefinition.swagger.json:51:13", true),
            "plumsail-documents": ("apiDefinition.swagger.json:1300:11", true),
            "revizto-ireland": ("apiDefinition.swagger.json:981:5", true),
            "shopranos": ("apiProperties.json:22:4", true), "signinghub": ("apiProperties.json:24:13", true),
            "yelp": ("apiDefinition.swagger.json:866:118", true), "zohosign": ("apiDefinition.swagger.json:14:1", true),
        ]
        let checks = ConnectorCheck.check(folder: "\(Corpus.folder)/connectors-malformed")
        #expect(Set(checks.map(\.name)) == Set(expected.keys))
        for check in checks {
            let error = try #require(check.remarks.first { $0.severity == .error }, "\(check.name)")
            #expect(!check.isLoaded && !error.remedy.isEmpty)
            #expect(error.place == expected[check.name]?.place, "\(check.name)")
        }
        for check in ConnectorCheck.check(folder: "\(Corpus.folder)/connectors-malformed", isLenient: true) {
            #expect(check.isLoaded == expected[check.name]?.isReadable, "\(check.name)")
        }
    }
}

/// The corpus of public files, which is not part of this repository.
enum Corpus {
    static let folder = ProcessInfo.processInfo.environment["TOCSIN_CORPUS"] ?? "\(Folders.root)/../shared/corpus"
    static let isThere = FileManager.default.fileExists(atPath: "\(folder)/connectors")
}
