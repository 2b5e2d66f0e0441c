import Outbound
import Testing

struct DestinationGuardTests {
    /// Ways to reach loopback, private networks or metadata, each of which worked somewhere once.
    static let evasions: [String] = [
        "http://127.0.0.1/", "http://127.0.0.1:8080/", "http://127.1/", "http://127.0.1/", "http://2130706433/",
        "http://0x7f000001/", "http://0x7F.0.0.1/", "http://0177.0.0.1/", "http://017700000001/", "http://0x7f.1/",
        "http://127.0.0.1./", "http://127.0.0.01/", "http://127.00.0.1/", "http://0/", "http://0.0.0.0/", "http://00/",
        "http://0x0/", "http://127.255.255.254/", "http://localhost/", "http://LOCALHOST/", "http://localhost./",
        "http://foo.localhost/", "http://10.0.0.1/", "http://10.1/", "http://167772161/", "http://192.168.0.1/",
        "http://192.168.257/", "http://0xc0a80001/", "http://0300.0250.0.1/", "http://172.16.0.1/",
        "http://172.31.9.9/",
        "http://169.254.169.254/latest/meta-data/", "http://2852039166/", "http://0xa9fea9fe/",
        "http://0xA9.0xFE.0xA9.0xFE/",
        "http://0251.0376.0251.0376/", "http://169.254.43518/", "http://169.16689662/", "http://168.63.129.16/",
        "http://100.64.0.1/", "http://100.100.100.200/", "http://224.0.0.1/", "http://255.255.255.255/",
        "http://[::1]/",
        "http://[::]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b::169.254.169.254]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:0:0:0:0:80ff:fffe]/", "http://[fd00:ec2::254]/", "http://[fc00::1]/", "http://[fe80::1]/",
        "http://[fe80::1%25lo]/", "http://[fec0::1]/", "http://[ff02::1]/", "http://user@127.0.0.1/",
        "http://example.com@127.0.0.1/", "http://127.0.0.1@example.com/", "http://user:pw@example.com/",
        "http://example.com%40127.0.0.1/", "http://example.com\\@127.0.0.1/", "http://127.0.0.1\\.example.com/",
        "http://%31%32%37.0.0.1/", "http://127%2e0%2e0%2e1/", "http://%6c%6f%63alhost/", "http://１２７.0.0.1/",
        "http://127。0。0。1/", "http://127．0．0．1/", "http://①②⑦.⓪.⓪.①/", "http://ⓛocalhost/", "http://loc\u{200B}alhost/",
        "http://localhost\u{3002}/", "http://ｌｏｃａｌｈｏｓｔ/", "http://127.0.0.1\t/", "http://127.0.0.1 /",
        "http://0x7f.0x0.0x0.0x1/",
        "http://127.0.0.1.0x7f/", "http://1.2.3.0x/", "http://999.999.999.999/", "http://inside.example/",
        "http://mixed.example/",
        "http://six.example/",
    ]

    @Test func `the table is long enough`() { #expect(Set(Self.evasions).count >= 60) }

    @Test(arguments: evasions)
    func `no evasion passes`(text: String) async {
        await #expect(throws: OutboundError.self) {
            let url = try OutboundURL(text)
            try await DestinationGuard(resolver: TableResolver()).admit(url, policy: .publicInternet)
        }
    }

    @Test(arguments: [
        "http://localhost/", "http://a.localhost/", "http://metadata.google.internal/", "http://10.0.0.1/",
    ])
    func `with a proxy names and literals are checked too`(text: String) async throws {
        let url = try OutboundURL(text)
        await #expect(throws: OutboundError.self) {
            try await DestinationGuard(resolver: TableResolver()).admit(url, policy: .publicInternet, proxied: true)
        }
    }

    @Test(arguments: ["http://8.8.8.8/", "https://outside.example/", "https://[2606:4700::1111]/"])
    func `public targets pass`(text: String) async throws {
        let url = try OutboundURL(text)
        try await DestinationGuard(resolver: TableResolver()).admit(url, policy: .publicInternet)
    }

    @Test func `an unknown name has Azure's code and words`() async throws {
        let url = try OutboundURL("https://nowhere.example/")
        let error = await #expect(throws: OutboundError.self) {
            try await DestinationGuard(resolver: TableResolver()).admit(url, policy: .publicInternet)
        }
        #expect(error?.code == .unresolvableHost)
        #expect(error?.code.text == "UnresolvableHostName")
        #expect(error?.message == "The provided host name 'nowhere.example' could not be resolved.")
        #expect(error?.certainlyNotSent == true)
        try await DestinationGuard(resolver: TableResolver()).admit(url, policy: .publicInternet, proxied: true)
    }

    @Test func `an allowed network opens a name that lies in it`() async throws {
        let url = try OutboundURL("http://inside.example/")
        let network = try #require(Network("10.0.0.0/8"))
        try await DestinationGuard(resolver: TableResolver()).admit(url, policy: NetworkPolicy(allowing: [network]))
    }
}

/// A resolver whose names are known beforehand.
struct TableResolver: HostResolver {
    var table: [String: [String]] = [
        "localhost": ["127.0.0.1", "::1"], "foo.localhost": ["127.0.0.1"], "inside.example": ["10.1.2.3"],
        "mixed.example": ["8.8.8.8", "192.168.0.7"], "six.example": ["fd12::1"], "outside.example": ["8.8.8.8"],
        "example.com": ["93.184.216.34"],
    ]

    func addresses(of name: String) async throws -> [IPAddress] { (table[name] ?? []).compactMap { IPAddress($0) } }
}
