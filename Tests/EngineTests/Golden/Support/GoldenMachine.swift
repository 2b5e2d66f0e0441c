import Durable
import Engine
import JSONTree
import Moments
import Playbooks
import Testing

/// The rules with everything fixed that a real run draws, and with a sealer whose texts can be read by every release.
enum GoldenMachine {
    struct Unreadable: Error {}

    static let machine = WorkflowMachine(
        environment: RunEnvironment(
            callbackURL: { header, _, flight in "https://tocsin.example/\(header.name)/\(flight)" },
            newGUID: { "00000000-0000-4000-8000-000000000000" },
            random: { $0.lowerBound },
            seal: seal,
            open: open,
            runDuration: .days(2)
        )
    )

    /// Hexadecimal digits of the bytes with one bit of each turned: no text of a secret is left.
    @Sendable static func seal(_ bytes: [UInt8]) -> String {
        "fixed:" + Hex.digits(bytes.map { $0 ^ 0x2A })
    }

    @Sendable static func open(_ text: String) throws -> [UInt8] {
        guard text.hasPrefix("fixed:"), let bytes = Hex.bytes(String(text.dropFirst(6))) else { throw Unreadable() }
        return bytes.map { $0 ^ 0x2A }
    }

    static func program(_ definition: JSON) throws -> WorkflowProgram {
        let compiled = Definition.compile(definition, parameters: JSONObject())
        let plan = try #require(compiled.definition, "\(compiled.diagnostics.map(\.message))")
        return WorkflowProgram(
            identity: .init(tenant: "t", id: "w", name: "w", resourceID: "/workflows/w", version: "1"),
            definition: plan
        )
    }
}

/// Bytes as hexadecimal digits.
enum Hex {
    static func digits(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
