/// Reads JSON as leniently as Json.NET does, for the `json()` function and the ParseJson action.
///
/// Beyond strict JSON it takes: texts and names in single quotes; names without quotes (letters, digits, `_`, `$`);
/// `//` and `/* */` comments; trailing commas, and null for an element left out between commas; line breaks and
/// control characters in texts; any Unicode white space; hexadecimal (`0x1F`) and octal (`017`) integers, `1.`, `.5`;
/// `NaN`, `Infinity`, `-Infinity`, which become texts, and `undefined`, which becomes null. Of equal names the last
/// value wins. Messages are those of Json.NET, with path, line and position.
///
/// Strict JSON is read at the strict parser's speed.
public enum JSONLenient {
    /// Parses a text.
    ///
    /// - Parameters:
    ///   - text: One JSON value in the lenient form.
    ///   - limits: Bounds; duplicate names always count by the last, lone surrogates are replaced.
    /// - Returns: The value.
    /// - Throws: ``JSONError`` whose message is Json.NET's and ends with its own path, line and position.
    public static func parse(_ text: String, limits: JSONLimits = .default) throws(JSONError) -> JSON {
        var limits = limits
        limits.duplicateNames = .lastWins
        limits.loneSurrogates = .replace
        do throws(JSONError) {
            return try JSON.parse(text, limits: limits)
        } catch {
            guard error.code != .tooLarge, error.code != .tooDeep else { throw error }
            var reader = LenientReader(text, limits: limits)
            return try reader.document()
        }
    }

    /// Parses a text of a file that people write, and supplies what they have left out: a comma where the next member or item
    /// stands on a line of its own, and what closes the arrays and objects that are open at the end.
    ///
    /// - Parameters:
    ///   - text: One JSON value in the lenient form.
    ///   - limits: Bounds, as of ``parse(_:limits:)``.
    /// - Returns: The value, and what was supplied in the order of the text; nothing where the lenient form suffices.
    /// - Throws: ``JSONError`` as ``parse(_:limits:)`` throws it, when the text cannot be read even so.
    public static func repair(
        _ text: String,
        limits: JSONLimits = .default
    ) throws(JSONError) -> (json: JSON, repairs: [JSONRepair]) {
        do throws(JSONError) {
            return (try parse(text, limits: limits), [])
        } catch {
            guard error.code != .tooLarge, error.code != .tooDeep else { throw error }
            var reader = LenientReader(text, limits: limits)
            reader.isRepairing = true
            return (try reader.document(), reader.repairs)
        }
    }
}

/// What was supplied to read a text, and where.
public struct JSONRepair: Sendable, Hashable {
    /// What was missing.
    public enum Kind: Sendable, Hashable {
        /// A comma before the next member or item.
        case comma
        /// The bracket that closes an array or object at the end of the text.
        case end(Character)
    }

    /// What was missing.
    public var kind: Kind
    /// The line, from 1.
    public var line: Int
    /// The column, from 1, counted in Unicode scalars.
    public var column: Int
}
