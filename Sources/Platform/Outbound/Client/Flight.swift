import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

/// One request on its way, which knows whether its head was written to a connection.
struct Flight {
    let client: HTTPClient

    func run(_ prepared: Prepared, deadline: ContinuousClock.Instant) async throws -> OutboundResponse {
        let request: HTTPClient.Request
        do {
            request = try HTTPClient.Request(
                url: prepared.url,
                method: prepared.method,
                headers: prepared.headers,
                body: prepared.body.map { .bytes($0) },
                tlsConfiguration: prepared.tls
            )
        } catch {
            throw OutboundError.invalidURL("the HTTP client does not understand it")
        }
        let collector = ResponseCollector(limit: prepared.responseLimit, hasBody: prepared.method != .HEAD)
        let task = client.execute(
            request: request,
            delegate: collector,
            deadline: .now() + TimeAmount(deadline - .now)
        )
        do {
            var answer = try await withTaskCancellationHandler {
                try await task.futureResult.get()
            } onCancel: {
                task.cancel()
            }
            if prepared.decompresses, let coding = answer.headers["Content-Encoding"]?.lowercased(),
                coding == "gzip" || coding == "deflate"
            {
                answer.headers.remove("Content-Encoding")
                answer.headers.remove("Content-Length")
            }
            return answer
        } catch let doubt as PeerCheck.Doubt {
            throw doubt
        } catch {
            throw await explain(error, collector: collector, task: task)
        }
    }

    private func explain(
        _ error: any Error,
        collector: ResponseCollector,
        task: HTTPClient.Task<OutboundResponse>
    ) async -> OutboundError {
        if let own = error as? OutboundError { return own }
        let isSettled = await settle(task.eventLoop)
        let wasWritten = collector.headWasWritten || !isSettled
        let (code, message) = FailureWords.words(for: error, wasWritten: wasWritten)
        return OutboundError(code: code, message: message, certainlyNotSent: !wasWritten)
    }

    /// Lets every event loop pass what it has queued, so that a write that raced with the failure is seen.
    ///
    /// Returns false when a loop is gone, so that nothing can be said.
    private func settle(_ own: any EventLoop) async -> Bool {
        let loops = client.eventLoopGroup.makeIterator().map(\.self)
        for loop in [own] + loops + [own] + loops + [own] {
            do { try await loop.submit {}.get() } catch { return false }
        }
        return true
    }
}
