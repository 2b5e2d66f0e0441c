import CLibLDAP
import Glibc
import Outbound
import Secrets

/// A connection to a directory; used on one thread at a time, which may block.
final class LDAPConnection {
    /// The most entries of one search: 10,000.
    static let entryLimit = 10_000
    /// The most bytes of the entries of one search: 100 MB.
    static let byteLimit = 100 << 20
    /// The entries that the directory is asked for at a time; Active Directory gives no more.
    private static let pageSize: Int32 = 1_000

    /// How far a search goes.
    enum Scope: Int32 {
        case base = 0
        case one = 1
        case subtree = 2
    }

    /// A change of one attribute.
    enum Change {
        case replace(String, [[UInt8]])
        case add(String, [UInt8])
        case delete(String, [UInt8])
    }

    private var directory: OpaquePointer?
    private let watch: BlockingWatch
    private(set) var hasBegun = false

    /// Connects, begins TLS and signs in.
    ///
    /// - Parameters:
    ///   - settings: The connection's parameters.
    ///   - destination: The server as the guard has resolved it.
    ///   - trust: The file with the authorities that vouch for it.
    ///   - watch: Interrupts the connection when its caller has gone.
    /// - Throws: ``OutboundError`` when there is no connection; ``LDAPError`` for refusals.
    init(_ settings: LDAPSettings, _ destination: Destination, trust: String, watch: BlockingWatch) throws {
        self.watch = watch
        let socket = try Self.connect(destination, watch)
        // The library takes the name 'localhost' for the machine's own, which the certificate is not for.
        let name = destination.host == "localhost" ? destination.addresses[0].description : destination.host
        let host = name.contains(":") ? "[\(name)]" : name
        let scheme = settings.security == .ldaps ? "ldaps" : "ldap"
        let code = ldap_init_fd(socket, LDAP_PROTO_TCP, "\(scheme)://\(host):\(destination.port)", &directory)
        guard code == LDAP_SUCCESS else {
            close(socket)
            throw LDAPError(code, nil)
        }
        watch.interrupt { shutdown(socket, Int32(SHUT_RDWR)) }
        var isOpen = false
        defer { if !isOpen { end() } }
        try setOptions(trust)
        switch settings.security {
        case .none: break
        case .starttls: try secure(ldap_start_tls_s(directory, nil, nil), destination)
        case .ldaps: try secure(ldap_install_tls(directory), destination)
        }
        try bind(settings)
        isOpen = true
    }

    deinit { end() }

    private func end() {
        // From here on nobody may touch the socket, whose number the system gives to others.
        watch.interrupt(by: nil)
        if directory != nil { ldap_unbind_ext(directory, nil, nil) }
        directory = nil
    }

    private static func connect(_ destination: Destination, _ watch: BlockingWatch) throws -> Int32 {
        var last: Int32 = EHOSTUNREACH
        for address in destination.addresses {
            let milliseconds = min(15_000, watch.remaining.milliseconds)
            let socket = tocsin_connect(address.description, Int32(destination.port), Int32(milliseconds))
            if socket >= 0 { return socket }
            last = -socket
        }
        throw OutboundError(
            code: .connectionFailed,
            message: "No connection to the directory: \(String(cString: strerror(last))).",
            certainlyNotSent: true
        )
    }

    private func setOptions(_ trust: String) throws {
        var version: Int32 = 3
        var check: Int32 = LDAP_OPT_X_TLS_DEMAND
        var own: Int32 = 0
        var patience = timeval(tv_sec: max(1, watch.remaining.milliseconds / 1_000), tv_usec: 0)
        let codes = [
            ldap_set_option(directory, LDAP_OPT_PROTOCOL_VERSION, &version),
            tocsin_ldap_set_flag(directory, LDAP_OPT_REFERRALS, 0),
            ldap_set_option(directory, LDAP_OPT_TIMEOUT, &patience),
            ldap_set_option(directory, LDAP_OPT_NETWORK_TIMEOUT, &patience),
            ldap_set_option(directory, LDAP_OPT_X_TLS_REQUIRE_CERT, &check),
            ldap_set_option(directory, LDAP_OPT_X_TLS_CACERTFILE, trust),
            ldap_set_option(directory, LDAP_OPT_X_TLS_NEWCTX, &own),
        ]
        guard codes.allSatisfy({ $0 == LDAP_OPT_SUCCESS }) else {
            throw OutboundError(
                code: .connectionFailed,
                message: "The library for directories takes no TLS settings; its certificates may be missing.",
                certainlyNotSent: true
            )
        }
    }

    private func secure(_ code: Int32, _ destination: Destination) throws {
        guard code != LDAP_SUCCESS else { return }
        let error = LDAPError(code, directory)
        throw OutboundError(
            code: .connectionFailed,
            message:
                "TLS with the directory failed: \(error.text). Its certificate must be for '\(destination.host)' and from "
                + "an authority that is trusted.",
            certainlyNotSent: true
        )
    }

    private func bind(_ settings: LDAPSettings) throws {
        var bytes = settings.password.bytes.map { CChar(bitPattern: $0) }
        defer { for index in bytes.indices { bytes[index] = 0 } }
        let code = bytes.withUnsafeMutableBufferPointer { buffer in
            var credential = berval(bv_len: UInt(buffer.count), bv_val: buffer.baseAddress)
            return ldap_sasl_bind_s(directory, settings.user, nil, &credential, nil, nil, nil)
        }
        guard code == LDAP_SUCCESS else { throw LDAPError(code, directory) }
    }

    // MARK: Asking and changing

    /// All entries that fit a filter, page by page.
    ///
    /// - Parameters:
    ///   - base: Where to begin.
    ///   - scope: How deep.
    ///   - filter: The filter, its values escaped.
    ///   - attributes: What is given; none: everything that is no operational attribute.
    /// - Returns: The entries.
    /// - Throws: ``LDAPError``; ``LDAPFailure`` with 413 beyond the limits.
    func search(_ base: String, _ scope: Scope, _ filter: String, _ attributes: [String]) throws -> [DirectoryEntry] {
        var entries: [DirectoryEntry] = []
        var bytes = 0
        var cookie: [UInt8] = []
        repeat {
            if watch.isAbandoned { throw LDAPFailure(504, "TimedOut", "The time of the call is over.") }
            let page = try searchPage(base, scope, filter, attributes, &cookie)
            entries += page
            bytes += page.reduce(0) { $0 + $1.size }
            guard entries.count <= Self.entryLimit, bytes <= Self.byteLimit else {
                throw LDAPFailure(
                    413,
                    "TooManyEntries",
                    "More than \(Self.entryLimit) entries fit, or they are too large; narrow the filter or the base."
                )
            }
        } while !cookie.isEmpty
        return entries
    }

    private func searchPage(
        _ base: String,
        _ scope: Scope,
        _ filter: String,
        _ attributes: [String],
        _ cookie: inout [UInt8]
    ) throws -> [DirectoryEntry] {
        var control: UnsafeMutablePointer<LDAPControl>?
        if scope != .base {
            let code = Self.withValue(cookie) { ldap_create_page_control(directory, Self.pageSize, $0, 0, &control) }
            guard code == LDAP_SUCCESS else { throw LDAPError(code, directory) }
        }
        defer { ldap_control_free(control) }
        var controls: [UnsafeMutablePointer<LDAPControl>?] = control == nil ? [nil] : [control, nil]
        var names = attributes.map { strdup($0) } + [nil]
        defer { for name in names { free(name) } }
        var patience = timeval(tv_sec: max(1, watch.remaining.milliseconds / 1_000), tv_usec: 0)
        var result: OpaquePointer?
        let count = attributes.count
        let code = names.withUnsafeMutableBufferPointer { names in
            ldap_search_ext_s(
                directory,
                base,
                scope.rawValue,
                filter,
                count == 0 ? nil : names.baseAddress,
                0,
                &controls,
                nil,
                &patience,
                0,
                &result
            )
        }
        defer { if result != nil { ldap_msgfree(result) } }
        guard code == LDAP_SUCCESS else { throw LDAPError(code, directory) }
        cookie = try nextCookie(result)
        var entries: [DirectoryEntry] = []
        var entry = ldap_first_entry(directory, result)
        while let current = entry {
            entries.append(DirectoryEntry(directory, current))
            entry = ldap_next_entry(directory, current)
        }
        return entries
    }

    private func nextCookie(_ result: OpaquePointer?) throws -> [UInt8] {
        var controls: UnsafeMutablePointer<UnsafeMutablePointer<LDAPControl>?>?
        let code = ldap_parse_result(directory, result, nil, nil, nil, nil, &controls, 0)
        guard code == LDAP_SUCCESS else { throw LDAPError(code, directory) }
        guard let controls else { return [] }
        defer { ldap_controls_free(controls) }
        guard let page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, nil) else { return [] }
        var count: Int32 = 0
        var value = berval()
        guard ldap_parse_pageresponse_control(directory, page, &count, &value) == LDAP_SUCCESS else { return [] }
        defer { ber_memfree(value.bv_val) }
        return Self.bytes(value)
    }

    /// Changes attributes of an entry; from here on the outcome of a lost connection is unknown.
    func modify(_ dn: String, _ changes: [Change]) throws {
        try watch.begin()
        hasBegun = true
        let list = ModificationList(changes)
        let code = withExtendedLifetime(list) { ldap_modify_ext_s(directory, dn, list.pointer, nil, nil) }
        guard code == LDAP_SUCCESS else { throw LDAPError(code, directory) }
    }

    static func bytes(_ value: berval) -> [UInt8] {
        guard let start = value.bv_val else { return [] }
        return UnsafeBufferPointer(start: start, count: Int(value.bv_len)).map { UInt8(bitPattern: $0) }
    }

    private static func withValue<Result>(_ bytes: [UInt8], _ body: (UnsafeMutablePointer<berval>?) -> Result) -> Result
    {
        guard !bytes.isEmpty else { return body(nil) }
        var copy = bytes.map { CChar(bitPattern: $0) }
        return copy.withUnsafeMutableBufferPointer { buffer in
            var value = berval(bv_len: UInt(buffer.count), bv_val: buffer.baseAddress)
            return body(&value)
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int {
        Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
