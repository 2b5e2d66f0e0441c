import JSONTree
import Playbooks

/// A definition's text, read for compiling: its value, and where each part of it stands.
struct DefinitionText {
    let json: JSON
    private let document: JSONDocument

    /// - Throws: `EngineError` 400 `InvalidRequestContent`, with line and column.
    init(_ bytes: [UInt8]) throws(EngineError) {
        do throws(JSONError) {
            document = try JSONDocument.parse(bytes)
        } catch {
            throw EngineError(
                400,
                "InvalidRequestContent",
                "The definition is not valid JSON at line \(error.line), column \(error.column): \(error.message)"
            )
        }
        json = document.value
    }

    /// Options that tell places in this text.
    func options(kind: String?, refusesMissingParameters: Bool) -> CompileOptions {
        let document = document
        return CompileOptions(
            host: kind == nil ? .consumption : .standard,
            refusesMissingParameters: refusesMissingParameters,
            locate: { pointer in
                do throws(JSONError) {
                    let place = document.nearestPlace(to: try JSONPointer(parsing: pointer))
                    return SourcePosition(line: place.line, column: place.column)
                } catch {
                    return .unknown
                }
            }
        )
    }
}
