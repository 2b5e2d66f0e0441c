import JSONTree

/// Reads a multipart content from its beginning to its last boundary.
struct MultipartReader {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Two hyphens and the boundary.
    let delimiter: [UInt8]
    let limits: ContentLimits
    private var at = 0

    init(bytes: UnsafeBufferPointer<UInt8>, delimiter: [UInt8], limits: ContentLimits) {
        self.bytes = bytes
        self.delimiter = delimiter
        self.limits = limits
    }

    /// A boundary line: where the part before it ends, where the next one starts, and whether it is the last line.
    private struct Boundary {
        var partEnd: Int
        var next: Int
        var isLast: Bool
    }

    mutating func parts() -> [Multipart.Part]? {
        guard var boundary = nextBoundary() else { return nil }
        var parts: [Multipart.Part] = []
        while !boundary.isLast {
            guard parts.count < limits.parts, let headers = headers() else { return nil }
            let start = at
            guard let end = nextBoundary() else { return nil }
            let size = max(start, end.partEnd)
            parts.append(Multipart.Part(headers: headers, bytes: Array(bytes[start..<size])))
            boundary = end
        }
        return parts
    }

    /// The next boundary line from the current place, which moves behind it.
    private mutating func nextBoundary() -> Boundary? {
        var place = at
        while place + delimiter.count <= bytes.count {
            if bytes[place] == 0x2D, isLineStart(place), matches(place), let found = boundary(at: place) {
                at = found.next
                return found
            }
            place += 1
        }
        return nil
    }

    private func isLineStart(_ place: Int) -> Bool {
        place == at || bytes[place - 1] == 0x0A
    }

    private func matches(_ place: Int) -> Bool {
        for offset in delimiter.indices where bytes[place + offset] != delimiter[offset] { return false }
        return true
    }

    /// The boundary at a place whose delimiter matches; nil when the line goes on with something else.
    private func boundary(at place: Int) -> Boundary? {
        var next = place + delimiter.count
        var isLast = false
        if next + 1 < bytes.count, bytes[next] == 0x2D, bytes[next + 1] == 0x2D {
            isLast = true
            next += 2
        }
        while next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x09 { next += 1 }
        if next < bytes.count {
            if bytes[next] == 0x0D, next + 1 < bytes.count, bytes[next + 1] == 0x0A {
                next += 2
            } else if bytes[next] == 0x0A {
                next += 1
            } else if !isLast {
                return nil
            }
        } else if !isLast {
            return nil
        }
        var end = place
        if end > at, bytes[end - 1] == 0x0A {
            end -= 1
            if end > at, bytes[end - 1] == 0x0D { end -= 1 }
        }
        return Boundary(partEnd: end, next: next, isLast: isLast)
    }

    /// The headers at the current place, which moves behind the empty line after them.
    private mutating func headers() -> [Multipart.Header]? {
        var headers: [Multipart.Header] = []
        let start = at
        while true {
            guard at - start <= limits.partHeaderBytes,
                let end = bytes[at...].firstIndex(of: 0x0A)
            else { return nil }
            let line = bytes[at..<(end > at && bytes[end - 1] == 0x0D ? end - 1 : end)]
            at = end + 1
            if line.isEmpty { return headers }
            let isFolded = line.first == 0x20 || line.first == 0x09
            if isFolded, !headers.isEmpty {
                headers[headers.count - 1].value += " " + Self.trimmed(line)
            } else if let colon = line.firstIndex(of: 0x3A) {
                headers.append(
                    Multipart.Header(
                        name: Self.trimmed(line[..<colon]),
                        value: Self.trimmed(line[(colon + 1)...])
                    )
                )
            } else {
                return nil
            }
        }
    }

    private static func trimmed(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        var bytes = bytes.drop { $0 == 0x20 || $0 == 0x09 }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes = bytes.dropLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
