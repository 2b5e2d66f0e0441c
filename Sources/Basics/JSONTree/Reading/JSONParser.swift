/// What the parser tells about the places of the values that it reads; costs nothing when nobody listens.
protocol PlaceRecorder {
    mutating func scalar(at offset: Int)
    mutating func open(at offset: Int)
    mutating func close()
    mutating func name(at offset: Int, member: Int)
}

/// The recorder of everyone who wants the value only.
struct NoPlaces: PlaceRecorder {
    @inline(__always) mutating func scalar(at offset: Int) {}
    @inline(__always) mutating func open(at offset: Int) {}
    @inline(__always) mutating func close() {}
    @inline(__always) mutating func name(at offset: Int, member: Int) {}
}

/// A recursive-descent parser over UTF-8 bytes in memory (RFC 8259).
///
/// Depth is bounded by the limits, so the recursion is too. Texts without escapes are found eight bytes at a time.
struct JSONParser<Recorder: PlaceRecorder>: ~Copyable {
    let base: UnsafePointer<UInt8>
    let end: Int
    let limits: JSONLimits
    let deepest: Int
    let secrets: (first: UInt64, second: UInt64)
    var at = 0
    var depth = 0
    var scratch: [UInt8] = []
    var recorder: Recorder
    var values: Pile<JSON>
    var members: Pile<JSONObject.Member>

    private static var emptyText: UnsafePointer<UInt8> { UnsafePointer(bitPattern: 8).unsafelyUnwrapped }

    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits, recorder: Recorder) {
        base = bytes.baseAddress ?? Self.emptyText
        end = bytes.count
        self.limits = limits
        self.recorder = recorder
        deepest = min(limits.depth, JSONLimits.greatestDepth)
        secrets = nameSecrets
        values = Pile(capacity: 64)
        members = Pile(capacity: 64)
    }

    /// Parses the whole text as one value.
    mutating func document() throws(ParseFailure) -> JSON {
        guard end <= limits.bytes else { throw failure(.tooLarge, "a smaller text") }
        if end >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF {
            guard limits.allowsByteOrderMark else { throw failure(.byteOrderMark, "a value") }
            at = 3
        }
        skipSpace()
        let result = try value()
        skipSpace()
        guard at == end else { throw failure(.trailingContent, "the end of the text") }
        return result
    }

    @inline(__always)
    func failure(_ code: JSONError.Code, _ expected: StaticString) -> ParseFailure {
        ParseFailure(code: code, offset: at, expected: expected)
    }

    /// The failure for a wrong byte at the current place, or for the end of the text.
    @inline(never)
    func unexpected(_ expected: StaticString) -> ParseFailure {
        failure(at < end ? .unexpectedCharacter : .unexpectedEnd, expected)
    }

    @inline(__always)
    mutating func skipSpace() {
        while at < end {
            let byte = base[at]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            at += 1
        }
    }

    mutating func value() throws(ParseFailure) -> JSON {
        guard at < end else { throw failure(.unexpectedEnd, "a value") }
        switch base[at] {
        case 0x22:
            recorder.scalar(at: at)
            return .string(try text())
        case 0x7B:
            return try object()
        case 0x5B:
            return try array()
        case 0x2D, 0x30...0x39:
            recorder.scalar(at: at)
            return try number()
        case 0x74:
            recorder.scalar(at: at)
            try word("true")
            return .bool(true)
        case 0x66:
            recorder.scalar(at: at)
            try word("false")
            return .bool(false)
        case 0x6E:
            recorder.scalar(at: at)
            try word("null")
            return .null
        default:
            throw failure(.unexpectedCharacter, "a value")
        }
    }

    private mutating func word(_ word: StaticString) throws(ParseFailure) {
        for place in 0..<word.utf8CodeUnitCount {
            guard at < end, base[at] == word.utf8Start[place] else { throw unexpected(word) }
            at += 1
        }
    }

    private mutating func array() throws(ParseFailure) -> JSON {
        try enter()
        let mark = values.count
        skipSpace()
        if at < end, base[at] == 0x5D {
            leave()
            return .array([])
        }
        while true {
            values.push(try value())
            skipSpace()
            guard at < end else { throw failure(.unexpectedEnd, "',' or ']'") }
            switch base[at] {
            case 0x2C:
                at += 1
                skipSpace()
            case 0x5D:
                leave()
                return .array(values.take(from: mark))
            default:
                throw failure(.unexpectedCharacter, "',' or ']'")
            }
        }
    }

    private mutating func object() throws(ParseFailure) -> JSON {
        try enter()
        let mark = members.count
        var index = NameIndex()
        skipSpace()
        if at < end, base[at] == 0x7D {
            leave()
            return .object(JSONObject())
        }
        while true {
            guard at < end, base[at] == 0x22 else { throw unexpected("a name in quotation marks") }
            let start = at
            let name = try self.name()
            let known = position(of: name, from: mark, index)
            if known != nil, limits.duplicateNames == .refuse {
                throw ParseFailure(code: .duplicateName, offset: start, expected: "another name")
            }
            recorder.name(at: start, member: known ?? members.count - mark)
            skipSpace()
            guard at < end, base[at] == 0x3A else { throw unexpected("':'") }
            at += 1
            skipSpace()
            let value = try self.value()
            if let known {
                members.elements(from: mark)[known].value = value
            } else {
                members.push(JSONObject.Member(name: name.text, value: value, fingerprint: name.fingerprint))
                let elements = members.elements(from: mark)
                if elements.count > NameIndex.threshold { index.add(lastOf: UnsafeBufferPointer(elements)) }
            }
            skipSpace()
            guard at < end else { throw failure(.unexpectedEnd, "',' or '}'") }
            switch base[at] {
            case 0x2C:
                at += 1
                skipSpace()
            case 0x7D:
                leave()
                return .object(JSONObject(uniqueMembers: members.take(from: mark), index: index))
            default:
                throw failure(.unexpectedCharacter, "',' or '}'")
            }
        }
    }

    @inline(__always)
    private func position(of name: Name, from mark: Int, _ index: NameIndex) -> Int? {
        let known = members.elements(from: mark)
        if index.isEmpty {
            for place in 0..<known.count where known[place].fingerprint == name.fingerprint {
                if known[place].name.hasSameBytes(as: name.text) { return place }
            }
            return nil
        }
        return index.position(name.fingerprint) {
            known[$0].fingerprint == name.fingerprint && known[$0].name.hasSameBytes(as: name.text)
        }
    }

    @inline(__always)
    private mutating func enter() throws(ParseFailure) {
        guard depth < deepest else { throw failure(.tooDeep, "less nesting") }
        recorder.open(at: at)
        depth += 1
        at += 1
    }

    @inline(__always)
    private mutating func leave() {
        recorder.close()
        depth -= 1
        at += 1
    }
}
