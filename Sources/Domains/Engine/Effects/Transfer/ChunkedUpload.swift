import Outbound

/// A body that is sent piece by piece: an empty request asks where to, then each chunk is a PATCH there.
struct ChunkedUpload: Sendable {
    typealias Send = @Sendable (OutboundRequest) async throws -> OutboundResponse

    let request: OutboundRequest
    let body: [UInt8]
    let wantedSize: Int?
    let limits: EffectLimits

    /// Sends all; the answer to the last chunk is the answer, or the first that refuses.
    ///
    /// - Throws: `OutboundError`, or `CallFailure` when the service does not keep the protocol. As long as the last chunk
    ///   was not sent, nothing can have happened: such errors say so.
    func run(_ send: Send) async throws -> OutboundResponse {
        guard body.count <= limits.chunkedMessageBytes else {
            throw CallFailure.refused(
                "MessageTooLarge",
                "The body has \(body.count) bytes; at most \(limits.chunkedMessageBytes) are allowed in chunks."
            )
        }
        let opening = try await harmless { try await send(openingRequest) }
        guard opening.status < 300 else { return opening }
        guard let location = opening.headers["Location"], !location.isEmpty else {
            throw CallFailure.refused(
                "ChunkedTransferNotSupported",
                "The service answered \(opening.status) without Location to a request that announces chunks, so that it takes none. Remove 'contentTransfer' from the action's runtimeConfiguration."
            )
        }
        var base = request
        base.url = opening.finalURL ?? request.url
        var place = try FollowUp(location, of: base, method: "PATCH").request
        if let type = request.headers["Content-Type"] { place.headers["Content-Type"] = type }
        var answer = opening
        var offset = 0
        var size = self.size(opening) ?? self.size
        while offset < body.count {
            let end = min(body.count, offset + size)
            var chunk = place
            chunk.headers["Content-Range"] = "bytes \(offset)-\(end - 1)/\(body.count)"
            chunk.body = Array(body[offset..<end])
            let ready = chunk
            answer = end < body.count ? try await harmless { try await send(ready) } : try await send(ready)
            guard answer.status < 300 else { return answer }
            let next = ChunkRange.received(answer.headers["Range"]).map { $0 + 1 } ?? end
            guard next > offset, next <= end else {
                throw CallFailure.refused(
                    "ChunkedTransferFailed",
                    "The service says that it has the first \(next) bytes after the bytes \(offset) to \(end - 1) were sent."
                )
            }
            offset = next
            size = self.size(answer) ?? size
        }
        return answer
    }

    private var openingRequest: OutboundRequest {
        var opening = request
        opening.body = []
        opening.headers["x-ms-transfer-mode"] = "chunked"
        opening.headers["x-ms-content-length"] = "\(body.count)"
        return opening
    }

    private var size: Int { min(wantedSize ?? limits.chunkBytes, limits.messageBytes) }

    /// The size that an answer suggests, at most the one that the action wants.
    private func size(_ answer: OutboundResponse) -> Int? {
        answer.headers["x-ms-chunk-size"].flatMap { Int($0) }.flatMap { suggested in
            suggested > 0 ? min(suggested, wantedSize ?? .max, limits.messageBytes) : Int?.none
        }
    }

    private func harmless(_ body: () async throws -> OutboundResponse) async throws -> OutboundResponse {
        do {
            return try await body()
        } catch let error as OutboundError {
            throw OutboundError(code: error.code, message: error.message, certainlyNotSent: true)
        }
    }
}
