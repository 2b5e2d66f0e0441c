import JSONTree
import Outbound
import Playbooks

extension LiveEffects {
    /// Sends a request, in chunks where the action says so (section 10.3).
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - transport: What it goes through.
    ///   - site: The action that calls.
    ///   - takesChunks: Whether the other side knows how bodies come in chunks; one that does not gets them whole.
    /// - Returns: The answer, put together where it came in parts.
    /// - Throws: `OutboundError`, or `CallFailure` when the service does not keep the protocol.
    func exchange(
        _ request: OutboundRequest,
        through transport: any Transport,
        _ site: CallSite,
        takesChunks: Bool = true
    ) async throws -> OutboundResponse {
        guard site.runtime.isChunked else { return try await transport.send(request) }
        let megabyte = 1_048_576
        if takesChunks, site.runtime.sendsContent, ["POST", "PUT"].contains(request.method), let body = request.body,
            !body.isEmpty
        {
            let upload = ChunkedUpload(
                request: request,
                body: body,
                wantedSize: site.runtime.uploadChunkMegabytes.map { $0 * megabyte },
                limits: limits
            )
            return try await upload.run { try await transport.send($0) }
        }
        if request.method == "GET", !request.headers.contains("Range") {
            let download = ChunkedDownload(
                request: request,
                size: min(
                    site.runtime.downloadChunkMegabytes.map { $0 * megabyte } ?? limits.chunkBytes,
                    limits.messageBytes
                ),
                limit: limits.chunkedMessageBytes
            )
            return try await download.run { try await transport.send($0) }
        }
        return try await transport.send(request)
    }
}

/// The `Range` and `Content-Range` headers of chunks.
enum ChunkRange {
    /// First and last byte and the size of the whole, of `bytes 0-99/1000` or `bytes 0-99/*`.
    static func content(_ text: String?) -> (first: Int, last: Int, total: Int?)? {
        guard let text, let words = after("bytes", text) else { return nil }
        let parts = words.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let range = bounds(parts[0]) else { return nil }
        return (range.first, range.last, Int(parts[1]))
    }

    /// The last byte that a server says it has: `bytes=0-99`.
    static func received(_ text: String?) -> Int? {
        guard let text, let words = after("bytes", text) else { return nil }
        return bounds(words)?.last
    }

    private static func after(_ unit: String, _ text: String) -> Substring? {
        let trimmed = text.drop { $0 == " " }
        guard trimmed.lowercased().hasPrefix(unit) else { return nil }
        return trimmed.dropFirst(unit.count).drop { $0 == " " || $0 == "=" }
    }

    private static func bounds(_ text: Substring) -> (first: Int, last: Int)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = Int(parts[0]), let last = Int(parts[1].prefix { $0 != " " }),
            first >= 0, last >= first
        else { return nil }
        return (first, last)
    }
}
