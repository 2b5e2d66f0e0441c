import NIOCore
import Synchronization

/// Sees the end of connections, so that the handler of a request is cancelled when its client has gone.
///
/// A handler for the channel of each connection (HTTP/1.1) or stream (HTTP/2); the request in work is found by its
/// channel.
final class ConnectionWatch: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny

    private struct State {
        var isClosed = false
        var cancel: (@Sendable () -> Void)?
    }

    /// The watches of the open channels of a server.
    final class Registry: Sendable {
        private let watches = Mutex<[ObjectIdentifier: ConnectionWatch]>([:])

        func watch(of channel: any Channel) -> ConnectionWatch? {
            watches.withLock { $0[ObjectIdentifier(channel)] }
        }

        fileprivate func add(_ watch: ConnectionWatch, _ channel: any Channel) {
            watches.withLock { $0[ObjectIdentifier(channel)] = watch }
        }

        fileprivate func remove(_ channel: any Channel) {
            _ = watches.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
        }
    }

    private let registry: Registry
    private let state = Mutex(State())

    init(registry: Registry) { self.registry = registry }

    /// Calls the function when the connection ends, at once if it has ended.
    func onClose(_ cancel: @escaping @Sendable () -> Void) {
        let isClosed = state.withLock { state in
            state.cancel = cancel
            return state.isClosed
        }
        if isClosed { cancel() }
    }

    /// The request is done; the end of the connection concerns nobody.
    func finish() { state.withLock { $0.cancel = nil } }

    func handlerAdded(context: ChannelHandlerContext) { registry.add(self, context.channel) }

    func handlerRemoved(context: ChannelHandlerContext) { registry.remove(context.channel) }

    func channelInactive(context: ChannelHandlerContext) {
        close()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(ChannelEvent.inputClosed) = event as? ChannelEvent { close() }
        context.fireUserInboundEventTriggered(event)
    }

    private func close() {
        let cancel = state.withLock { state in
            state.isClosed = true
            return state.cancel
        }
        cancel?()
    }
}
