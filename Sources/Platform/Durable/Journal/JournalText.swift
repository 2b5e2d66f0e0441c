import Crypto
public import JSONTree

/// What a step has recorded, as JSON text: small values in place, large ones set aside as bodies of their own.
///
/// A row holds the hash of each body, so that the chain of hashes proves the bodies, too.
public struct JournalText: Sendable {
    /// Values up to this many bytes stay in the row (64 KiB).
    public static let inlineLimit = 65_536

    /// The events so far.
    public var bytes: [UInt8] = []
    /// The large values that the events name.
    public private(set) var bodies: [JournalBody] = []

    /// Makes an empty text.
    public init() {}

    /// Bytes of events and bodies together.
    var size: Int { bodies.reduce(bytes.count) { $0 + $1.bytes.count } }

    /// Sets a value aside.
    ///
    /// - Parameter value: The value as JSON text.
    /// - Returns: What stands in its place; `JournalBodies.content(of:)` finds the value again.
    public mutating func setAside(_ value: [UInt8]) -> JSON {
        let body = JournalBody(bytes: value)
        let placeholder = body.placeholder
        if !bodies.contains(where: { $0.digest == body.digest }) { bodies.append(body) }
        return placeholder
    }
}

/// A value that is too large for a journal row.
public struct JournalBody: Sendable, Hashable {
    /// The only member of what stands in a row instead of the value.
    static let mark = "$body"

    /// SHA-256 of the value's text, in 64 hexadecimal digits.
    public let digest: String
    /// The value as JSON text.
    public let bytes: [UInt8]

    init(bytes: [UInt8]) {
        digest = HexText.digits(SHA256.hash(data: bytes))
        self.bytes = bytes
    }

    /// `{"$body": [digest, size]}`.
    var placeholder: JSON { [Self.mark: [.string(digest), .integer(Int64(bytes.count))]] }
}

/// The large values that the rows of one run name.
public struct JournalBodies: Sendable {
    /// None: rows that name a body cannot be read.
    public static let none = JournalBodies()

    private var contents: [String: [UInt8]]
    private var omitted: Set<String>

    /// Makes the set of the values with these digests.
    ///
    /// - Parameters:
    ///   - contents: the values' texts by digest.
    ///   - omitted: digests of values that were left out on purpose: what stands in their place stays there.
    public init(_ contents: [String: [UInt8]] = [:], omitted: Set<String> = []) {
        self.contents = contents
        self.omitted = omitted
    }

    /// Whether values were left out.
    public var isPartial: Bool { !omitted.isEmpty }

    /// The digest and the size of the value that was left out here; nil when this is a value.
    public static func reference(_ json: JSON) -> (digest: String, bytes: Int)? {
        guard case .object(let object) = json, object.count == 1, let parts = object[JournalBody.mark],
            let digest = parts[0]?.stringValue, let bytes = parts[1]?.integerValue
        else { return nil }
        return (digest, Int(bytes))
    }

    /// Whether there are none.
    public var isEmpty: Bool { contents.isEmpty }

    /// The text of the value that a placeholder names; nil when this is no placeholder.
    ///
    /// - Throws: `DurableError` with code `damagedJournal` when the value is missing or is not the one that the row names.
    public func content(of json: JSON) throws(DurableError) -> [UInt8]? {
        guard case .object(let object) = json, object.count == 1, let name = object[JournalBody.mark] else {
            return nil
        }
        if let digest = name[0]?.stringValue, omitted.contains(digest) { return nil }
        guard let digest = name[0]?.stringValue, let bytes = contents[digest] else {
            throw DurableError(.damagedJournal, "A large value that the journal names is missing.")
        }
        guard HexText.digits(SHA256.hash(data: bytes)) == digest else {
            throw DurableError(.damagedJournal, "A large value is not the one that the journal names: it was changed.")
        }
        return bytes
    }
}
