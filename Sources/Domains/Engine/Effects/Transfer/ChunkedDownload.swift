import Outbound

/// An answer that is read piece by piece by `Range`, as long as the service answers 206.
struct ChunkedDownload: Sendable {
    typealias Send = @Sendable (OutboundRequest) async throws -> OutboundResponse

    let request: OutboundRequest
    let size: Int
    let limit: Int

    /// Reads all; what is put together is answered as 200 with the first answer's headers.
    ///
    /// - Throws: `OutboundError`; with `.tooLarge` when the whole has more than the limit.
    func run(_ send: Send) async throws -> OutboundResponse {
        let first = try await send(part(from: 0, nil))
        guard first.status == 206, let range = ChunkRange.content(first.headers["Content-Range"]), range.first == 0,
            range.last + 1 == first.body.count
        else { return first }
        var whole = first
        whole.status = 200
        whole.headers.remove("Content-Range")
        whole.headers.remove("Content-Length")
        // A weak tag says nothing about bytes.
        let tag = first.headers["ETag"].flatMap { $0.hasPrefix("W/") ? nil : $0 }
        var total = range.total
        while total.map({ whole.body.count < $0 }) ?? true {
            guard whole.body.count < limit, total ?? 0 <= limit else { throw tooLarge }
            let next = try await send(part(from: whole.body.count, tag))
            // The content has changed meanwhile, and this is the whole of it.
            if next.status == 200 { return next }
            // Behind the end of a content whose size nobody knew.
            if next.status == 416, total == nil { return whole }
            guard next.status == 206 else { return next }
            guard let range = ChunkRange.content(next.headers["Content-Range"]), range.first == whole.body.count,
                range.last + 1 == whole.body.count + next.body.count, !next.body.isEmpty
            else {
                throw OutboundError(
                    code: .invalidResponse,
                    message: "The service answered another part than the one that was asked for.",
                    certainlyNotSent: false
                )
            }
            whole.body += next.body
            total = range.total ?? total
            if range.total == nil, next.body.count < size { break }
        }
        return whole
    }

    private func part(from offset: Int, _ tag: String?) -> OutboundRequest {
        var part = request
        part.headers["Range"] = "bytes=\(offset)-\(offset + size - 1)"
        if let tag { part.headers["If-Range"] = tag }
        // A part of a packed content cannot be unpacked.
        part.headers["Accept-Encoding"] = "identity"
        return part
    }

    private var tooLarge: OutboundError {
        OutboundError(
            code: .tooLarge,
            message: "The content has more than the \(limit) bytes that are allowed in chunks.",
            certainlyNotSent: false
        )
    }
}
