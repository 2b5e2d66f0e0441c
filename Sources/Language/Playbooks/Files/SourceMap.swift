internal import JSONTree

/// Where the values of an imported definition stand in the text of its file.
///
/// A definition keeps its shape through the import, but for names that were expressions and for elements that a copy
/// loop made; those are looked up in the list of what moved.
public struct SourceMap: Sendable {
    private let document: JSONDocument?
    private let base: String
    private let moved: [(target: String, source: String)]

    /// The map of a definition at `base`; `moved` has pointers inside the definition and their source in the file.
    init(_ document: JSONDocument?, base: String, moved: [(target: String, source: String)] = []) {
        self.document = document
        self.base = base
        self.moved = moved
    }

    /// The JSON pointer in the file of a value of the definition.
    public func source(of pointer: String) -> String {
        var best: (target: String, source: String)?
        for entry in moved
        where Pointer.isWithin(pointer, entry.target) && entry.target.count >= best?.target.count ?? 0 {
            best = entry
        }
        guard let best else {
            return base + pointer
        }
        return best.source + pointer.dropFirst(best.target.count)
    }

    /// The line and column of a value of the definition, or of the innermost value around it that stands in the file.
    public func position(_ pointer: String) -> SourcePosition {
        place(source(of: pointer))
    }

    private func place(_ pointer: String) -> SourcePosition {
        document.map { $0.position(pointer) } ?? .unknown
    }
}

extension JSONDocument {
    /// The line and column of the value at a pointer, or of the innermost one around it.
    func position(_ pointer: String) -> SourcePosition {
        do throws(JSONError) {
            let place = nearestPlace(to: try JSONPointer(parsing: pointer))
            return SourcePosition(line: place.line, column: place.column)
        } catch {
            return .unknown
        }
    }
}
