import Foundation
import JSONTree

/// Reads `--secret NAME` and `--secret NAME=FILE`.
enum SecretArguments {
    /// The secrets by name; values without a file come from standard input, a line each.
    static func read(_ secrets: [String]) throws(CommandFailure) -> JSONObject {
        var result = JSONObject()
        for secret in secrets {
            let parts = secret.split(separator: "=", maxSplits: 1).map(String.init)
            let value: String
            if parts.count == 2 {
                value = try InputFile.text(parts[1])
            } else {
                if Console.isWatched { Console.complain("Value of \(secret):") }
                value = readLine() ?? ""
            }
            let text = value.trimmingCharacters(in: .newlines)
            guard let name = parts.first, !text.isEmpty else {
                throw CommandFailure(
                    code: "InvalidParameter",
                    place: "--secret \(parts.first ?? "")",
                    message: "The secret has no value.",
                    remedy: "Write it to standard input, or name a file: --secret NAME=FILE."
                )
            }
            result[name] = .string(text)
        }
        return result
    }
}

extension InputFile {
    /// The text of a file.
    static func text(_ path: String) throws(CommandFailure) -> String {
        String(decoding: try bytes(path), as: UTF8.self)
    }
}

extension Connections.Create {
    /// JSON that is given as it is, or as `@FILE`.
    static func json(_ text: String, _ place: String) throws(CommandFailure) -> JSON {
        let bytes = text.hasPrefix("@") ? try InputFile.bytes(String(text.dropFirst())) : Array(text.utf8)
        do {
            return try JSON.parse(bytes)
        } catch {
            throw CommandFailure(
                code: "InvalidJson",
                place: place,
                message: "Line \(error.line), column \(error.column): \(error.message)"
            )
        }
    }

    static func limits(_ text: String) throws(CommandFailure) -> JSON {
        let (calls, seconds) = try pair(text, "--limits", example: "100/60")
        return ["calls": .integer(calls), "seconds": .integer(seconds ?? 1)]
    }

    static func breaker(_ text: String) throws(CommandFailure) -> JSON {
        let (failures, seconds) = try pair(text, "--circuit-breaker", example: "10/30")
        return ["failures": .integer(failures), "seconds": .integer(seconds ?? 30)]
    }

    private static func pair(
        _ text: String,
        _ place: String,
        example: String
    ) throws(CommandFailure) -> (Int64, Int64?) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int64($0) }
        guard (1...2).contains(parts.count), let first = parts[0], parts.count == 1 || parts[1] != nil else {
            throw CommandFailure(
                code: "InvalidParameter",
                place: "\(place) \(text)",
                message: "It must be two numbers such as \(example)."
            )
        }
        return (first, parts.count == 2 ? parts[1] : nil)
    }
}
