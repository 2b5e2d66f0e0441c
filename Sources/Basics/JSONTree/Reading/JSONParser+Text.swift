extension JSONParser {
    /// A member's name with its fingerprint.
    struct Name {
        var text: String
        var fingerprint: UInt32
    }

    /// Reads a name at its opening quotation mark.
    @inline(__always)
    mutating func name() throws(ParseFailure) -> Name {
        let start = at + 1
        let hit = plainEnd(from: start)
        if hit < end, base[hit] == 0x22 {
            at = hit + 1
            let bytes = UnsafeBufferPointer(start: base + start, count: hit - start)
            return Name(
                text: String(decoding: bytes, as: UTF8.self),
                fingerprint: nameFingerprint(bytes, secrets.first, secrets.second)
            )
        }
        let text = try difficultText(from: start, to: hit)
        return Name(text: text, fingerprint: text.nameFingerprint)
    }

    /// Reads a text at its opening quotation mark.
    @inline(__always)
    mutating func text() throws(ParseFailure) -> String {
        let start = at + 1
        let hit = plainEnd(from: start)
        if hit < end, base[hit] == 0x22 {
            at = hit + 1
            return String(decoding: UnsafeBufferPointer(start: base + start, count: hit - start), as: UTF8.self)
        }
        return try difficultText(from: start, to: hit)
    }

    /// The first place that holds a quotation mark, a backslash, a control character or a byte beyond ASCII.
    @inline(__always)
    private func plainEnd(from start: Int) -> Int {
        var place = start
        while place + 8 <= end {
            let word = UInt64(
                littleEndian: UnsafeRawPointer(base + place).loadUnaligned(as: UInt64.self)
            )
            let stops = (special(word) | word) & 0x8080_8080_8080_8080
            if stops != 0 { return place + stops.trailingZeroBitCount >> 3 }
            place += 8
        }
        while place < end {
            let byte = base[place]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 || byte >= 0x80 { return place }
            place += 1
        }
        return place
    }

    /// The same, but running over bytes beyond ASCII.
    private func wideEnd(from start: Int) -> Int {
        var place = start
        while place + 8 <= end {
            let word = UInt64(
                littleEndian: UnsafeRawPointer(base + place).loadUnaligned(as: UInt64.self)
            )
            let stops = special(word) & 0x8080_8080_8080_8080
            if stops != 0 { return place + stops.trailingZeroBitCount >> 3 }
            place += 8
        }
        while place < end {
            let byte = base[place]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { return place }
            place += 1
        }
        return place
    }

    /// Marks, in the high bit of each byte, quotation marks, backslashes and control characters; the lowest mark is
    /// exact.
    @inline(__always)
    private func special(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ 0x2222_2222_2222_2222
        let slashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
        return ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes)
            | ((word &- 0x2020_2020_2020_2020) & ~word)
    }

    /// Reads a text that has escapes or characters beyond ASCII; the bytes before `hit` are plain.
    @inline(never)
    private mutating func difficultText(from start: Int, to hit: Int) throws(ParseFailure) -> String {
        at = wideEnd(from: hit)
        if at < end, base[at] == 0x22 {
            let bytes = UnsafeBufferPointer(start: base + start, count: at - start)
            guard let text = String(validating: bytes, as: UTF8.self) else { throw badUTF8(from: start) }
            at += 1
            return text
        }
        scratch.removeAll(keepingCapacity: true)
        var run = start
        while true {
            guard at < end else { throw failure(.unexpectedEnd, "the closing quotation mark") }
            let byte = base[at]
            guard byte >= 0x20 else { throw failure(.controlCharacter, "an escape") }
            scratch.append(contentsOf: UnsafeBufferPointer(start: base + run, count: at - run))
            if byte == 0x22 { break }
            try escape()
            run = at
            at = wideEnd(from: at)
        }
        guard let text = String(validating: scratch, as: UTF8.self) else { throw badUTF8(from: start) }
        at += 1
        return text
    }

    private mutating func escape() throws(ParseFailure) {
        let start = at
        at += 1
        guard at < end else { throw failure(.unexpectedEnd, "an escape") }
        let byte = base[at]
        at += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: scratch.append(byte)
        case 0x62: scratch.append(0x08)
        case 0x66: scratch.append(0x0C)
        case 0x6E: scratch.append(0x0A)
        case 0x72: scratch.append(0x0D)
        case 0x74: scratch.append(0x09)
        case 0x75: try unicodeEscape(from: start)
        default:
            at = start
            throw failure(.badEscape, "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
        }
    }

    private mutating func unicodeEscape(from start: Int) throws(ParseFailure) {
        var code = UInt32(try fourDigits())
        if code & 0xF800 == 0xD800 {
            let after = at
            var low: UInt32 = 0
            if code < 0xDC00, at + 1 < end, base[at] == 0x5C, base[at + 1] == 0x75 {
                at += 2
                low = UInt32(try fourDigits())
            }
            if low & 0xFC00 == 0xDC00 {
                code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
            } else {
                at = after
                guard limits.loneSurrogates == .replace else {
                    throw ParseFailure(code: .loneSurrogate, offset: start, expected: "a surrogate pair")
                }
                code = 0xFFFD
            }
        }
        let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
        scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func fourDigits() throws(ParseFailure) -> UInt16 {
        var code: UInt16 = 0
        for _ in 0..<4 {
            guard at < end else { throw failure(.unexpectedEnd, "four hexadecimal digits") }
            let digit: UInt8
            switch base[at] {
            case let byte where byte &- 0x30 < 10: digit = byte &- 0x30
            case let byte where (byte | 0x20) &- 0x61 < 6: digit = (byte | 0x20) &- 0x57
            default: throw failure(.badEscape, "four hexadecimal digits")
            }
            code = code << 4 | UInt16(digit)
            at += 1
        }
        return code
    }

    /// The failure for bytes that are no UTF-8, at the first of them.
    private func badUTF8(from start: Int) -> ParseFailure {
        let bytes = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(start: base, count: end)[start...])
        return ParseFailure(code: .badUTF8, offset: start + validUTF8Prefix(bytes), expected: "valid UTF-8")
    }
}

/// The number of bytes from the beginning that are valid UTF-8.
func validUTF8Prefix(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var iterator = bytes.makeIterator()
    var decoder = UTF8()
    var valid = 0
    while true {
        switch decoder.decode(&iterator) {
        case .scalarValue(let scalar): valid += UTF8.width(scalar)
        case .emptyInput, .error: return valid
        }
    }
}
